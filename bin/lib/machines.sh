# Functions for the commands in this folder: kernels and systems for virtual machines, from Debian's archive, for amd64 and arm64.

machines=$root/target/vm

# own_architecture: prints this machine's, by the name that Debian gives it
own_architecture() {
  case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) uname -m ;;
  esac
}

# architecture_of KERNEL: prints the architecture of a kernel's package, or of a folder with an unpacked package
architecture_of() {
  local config
  if [ -d "$1" ]; then
    config=$(kernel_file "$1" config) || return
    if grep -qx CONFIG_ARM64=y "$config"; then echo arm64; else echo amd64; fi
  else
    case $1 in
      *-amd64) echo amd64 ;;
      *-arm64 | *-arm64-16k) echo arm64 ;;
      *) say "$1 is neither a folder nor a package whose name ends with -amd64, -arm64 or -arm64-16k." >&2; return 2 ;;
    esac
  fi
}

# kernel_file FOLDER NAME: prints the path of the file vmlinuz or config in a folder with an unpacked package
kernel_file() {
  local file
  # Since Linux 6.19, Debian has the kernel beside its modules.
  for file in "$1"/boot/"$2"-* "$1"/usr/lib/modules/*/"$2"; do
    [ ! -e "$file" ] || { echo "$file"; return; }
  done
  say "$1 has neither boot/$2-* nor usr/lib/modules/*/$2. Unpack Debian's packages of a kernel there." >&2
  return 2
}

# missing_to_emulate ARCHITECTURE: prints the missing Debian packages that virtual machines need
missing_to_emulate() {
  case $1 in
    amd64) has_tool qemu-system-x86_64 || echo qemu-system-x86 ;;
    arm64) has_tool qemu-system-aarch64 || echo qemu-system-arm ;;
  esac
  # A dynamic busybox needs a C library, which the initial file system does not have.
  { has_tool busybox && ! ldd "$(command -v busybox)" > /dev/null 2>&1; } || echo busybox-static
  has_tool cpio || echo cpio
  has_tool xz || echo xz-utils
  # Before Debian 13, virtiofsd is part of QEMU.
  virtiofsd > /dev/null || if [ -n "$(available virtiofsd)" ]; then echo virtiofsd; else echo qemu-system-common; fi
}

# virtiofsd: prints the path of the program that shares files with a machine
virtiofsd() {
  local file
  for file in /usr/libexec/virtiofsd /usr/lib/qemu/virtiofsd; do
    [ ! -x "$file" ] || { echo "$file"; return; }
  done
  return 1
}

# archive LISTS ARCHITECTURE COMMAND...: runs apt-get or apt-cache on the packages of an architecture. LISTS is "own" for the suites that this
# machine uses, or "newer" for Debian's suites with newer kernels. Only this machine's own packages are in its package lists. Others are in
# lists in target, which are at most a day old. So the package manager of this machine stays as it is.
archive() {
  local lists=$1 architecture=$2 command=$3 folder=$machines/archive-$1-$2
  shift 3
  [ "$lists-$architecture" != "own-$(own_architecture)" ] || { "$command" "$@"; return; }
  local options=(-o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture" -o APT::Sandbox::User=
    -o "Dir::State=$folder" -o Dir::State::status=/dev/null -o "Dir::Cache=$folder")
  mkdir -p "$folder"/{lists,archives}/partial
  if [ "$lists" = newer ]; then
    newer_suites > "$folder/sources.list" || return
    options+=(-o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=/dev/null)
  fi
  (
    flock 9
    [ -z "$(find "$folder/updated" -mmin -1440 2> /dev/null)" ] || exit 0
    if apt-get "${options[@]}" -o APT::Update::Error-Mode=any -qq update >&2; then
      touch "$folder/updated"
    else
      [ -e "$folder/updated" ] # An older list is better than none.
    fi
  ) 9> "$folder/lock" || return
  "$command" "${options[@]}" "$@"
}

# debian_mirror: prints the mirror of Debian that this machine uses
debian_mirror() {
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sort -u | sed -n 1p)
  [ -n "$mirror" ] || {
    say "apt has no package lists of Debian, whose mirror has newer suites. Run apt-get update on a Debian system." >&2
    return 2
  }
  echo "$mirror"
}

# newer_suites: prints the lines of apt's sources for Debian's suites with newer kernels
newer_suites() {
  local mirror keys=/usr/share/keyrings/debian-archive-keyring.gpg suite
  mirror=$(debian_mirror) || return
  [ ! -e "$keys" ] || keys=" [signed-by=$keys]"
  for suite in trixie-backports sid; do echo "deb$keys $mirror $suite main"; done
}

# newest LISTS VERSION FLAVOUR: prints the newest package of this flavour, such as cloud-arm64, whose version begins with VERSION, a regular
# expression
newest() {
  local found
  found=$(archive "$1" "$(architecture_of "-$3")" apt-cache search --names-only "^linux-image-$2\.[0-9.+deb-]*-$3\$" |
    cut -d' ' -f1 | sort -V | tail -1)
  [ -n "$found" ] || { say "The package lists have no kernel $2 of $3. Run apt-get update on a Debian system, or name packages." >&2; return 2; }
  echo "$found"
}

# unpacked_kernel PACKAGE: downloads and unpacks the package and those of the same kernel that it needs, and prints the folder
unpacked_kernel() {
  local folder=$machines/$1 architecture lists=own packages file
  if [ ! -d "$folder" ]; then
    architecture=$(architecture_of "$1") || return
    archive own "$architecture" apt-cache show "$1" > /dev/null 2>&1 || lists=newer
    # Since Linux 6.19, the kernel is in linux-binary, its configuration in linux-base, and the modules are in linux-modules.
    mapfile -t packages < <(archive "$lists" "$architecture" apt-cache depends --important "$1" |
      grep -o "linux-[a-z]*-${1#linux-image-}" | sort -u)
    rm -rf "$folder.part" "$folder.debs"
    mkdir -p "$folder.part" "$folder.debs"
    { [ "${#packages[@]}" -gt 0 ] && (cd "$folder.debs" &&
      archive "$lists" "$architecture" apt-get -o APT::Sandbox::User=root download -q "${packages[@]}" >&2); } || {
      say "apt-get can't download $1 and what it needs. Run apt-get update, and remove $machines/archive-*." >&2
      return 2
    }
    for file in "$folder.debs"/*.deb; do dpkg -x "$file" "$folder.part" || return 2; done
    rm -r "$folder.debs"
    mv "$folder.part" "$folder"
  fi
  echo "$folder"
}

# What the tests need in a machine whose architecture is not this machine's.
system_packages=(bash bpftool busybox-static clang-14 clang-16 coreutils ethtool findutils grep iproute2 libbpf-dev libbpf1 libc-bin
  linux-libc-dev llvm llvm-14 mount openjdk-17-jdk-headless procps sed tmux util-linux)

# unpacked_system ARCHITECTURE: downloads and unpacks a Debian system with what the tests need, and prints the folder
unpacked_system() {
  local folder=$machines/$1 package
  if [ ! -d "$folder" ]; then
    say "Downloading a system for $1" >&2
    archive own "$1" apt-get install -qq -y --no-install-recommends --download-only "${system_packages[@]}" >&2 || {
      say "apt-get can't download a system for $1. Remove $machines/archive-own-$1 and try again." >&2
      return 2
    }
    rm -rf "$folder.part"
    mkdir -p "$folder.part"/{dev,proc,run,sys,tmp,usr/{bin,sbin,lib,lib64}}
    ln -s usr/{bin,sbin,lib,lib64} "$folder.part"
    for package in "$machines/archive-own-$1"/archives/*.deb; do
      dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$folder.part" || return 2
    done
    rm "$machines/archive-own-$1"/archives/*.deb
    # What the packages' scripts would do.
    ln -sf bash "$folder.part/usr/bin/sh"
    ln -sf ../lib/jvm/java-17-openjdk-"$1"/bin/{java,javac} "$folder.part/usr/bin"
    echo 'root:x:0:0:root:/root:/bin/bash' > "$folder.part/etc/passwd"
    echo 'root:x:0:' > "$folder.part/etc/group"
    echo '127.0.0.1 localhost' > "$folder.part/etc/hosts"
    tr -d - < /proc/sys/kernel/random/uuid > "$folder.part/etc/machine-id"
    mv "$folder.part" "$folder"
  fi
  echo "$folder"
}

# The root of a newer suite of Debian, which bin/dev/suite makes.
suite_folder() { echo "${XDG_CACHE_HOME:-$HOME/.cache}/nestmap/${NESTMAP_SUITE:-sid}"; }
