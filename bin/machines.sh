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
  if [ -d "$1" ]; then
    if grep -qx CONFIG_ARM64=y "$1"/boot/config-*; then echo arm64; else echo amd64; fi
  else
    case $1 in
      *-amd64) echo amd64 ;;
      *-arm64 | *-arm64-16k) echo arm64 ;;
      *) say "$1 is neither a folder nor a package whose name ends with -amd64, -arm64 or -arm64-16k." >&2; return 2 ;;
    esac
  fi
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

# archive ARCHITECTURE COMMAND...: runs apt-get or apt-cache on the packages of an architecture. For another architecture than this
# machine's it uses package lists of its own. So the package manager of this machine stays as it is.
archive() {
  local architecture=$1 command=$2 folder=$machines/archive-$1
  shift 2
  [ "$architecture" != "$(own_architecture)" ] || { "$command" "$@"; return; }
  local options=(-o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture" -o APT::Sandbox::User=
    -o "Dir::State=$folder" -o Dir::State::status=/dev/null -o "Dir::Cache=$folder")
  if [ ! -d "$folder/lists" ]; then
    mkdir -p "$folder"/{lists,archives}/partial
    apt-get "${options[@]}" -qq update || { rm -rf "$folder"; return 1; }
  fi
  "$command" "${options[@]}" "$@"
}

# newest VERSION FLAVOUR: prints the newest package of this Linux version and flavour, such as cloud-arm64
newest() {
  local found
  found=$(archive "$(architecture_of "-$2")" apt-cache search --names-only "^linux-image-${1//./\\.}\\.[0-9.+deb-]*-$2\$" |
    cut -d' ' -f1 | sort -V | tail -1)
  [ -n "$found" ] || { say "The package lists have no kernel $1 of $2. Run apt-get update on a Debian system, or name packages." >&2; return 2; }
  echo "$found"
}

# unpacked_kernel PACKAGE: downloads and unpacks the package, and prints the folder
unpacked_kernel() {
  local folder=$machines/$1
  if [ ! -d "$folder" ]; then
    mkdir -p "$machines"
    (cd "$machines" && rm -rf "${1}"_*.deb "$1.part" &&
      archive "$(architecture_of "$1")" apt-get -o APT::Sandbox::User=root download -q "$1" >&2 &&
      dpkg -x "${1}"_*.deb "$1.part" && rm "${1}"_*.deb) || {
      say "apt-get can't download $1. Run apt-get update. For another architecture, remove $machines/archive-*." >&2
      return 2
    }
    mv "$folder.part" "$folder"
  fi
  echo "$folder"
}

# What the tests need in a machine whose architecture is not this machine's.
system_packages=(bash bpftool busybox-static clang-14 clang-16 coreutils findutils grep iproute2 libbpf-dev libbpf1 libc-bin
  linux-libc-dev llvm llvm-14 mount openjdk-17-jdk-headless procps sed tmux util-linux)

# unpacked_system ARCHITECTURE: downloads and unpacks a Debian system with what the tests need, and prints the folder
unpacked_system() {
  local folder=$machines/$1 package
  if [ ! -d "$folder" ]; then
    say "Downloading a system for $1" >&2
    archive "$1" apt-get install -qq -y --no-install-recommends --download-only "${system_packages[@]}" >&2 || {
      say "apt-get can't download a system for $1. Remove $machines/archive-$1 and try again." >&2
      return 2
    }
    rm -rf "$folder.part"
    mkdir -p "$folder.part"/{dev,proc,run,sys,tmp,usr/{bin,sbin,lib,lib64}}
    ln -s usr/{bin,sbin,lib,lib64} "$folder.part"
    for package in "$machines/archive-$1"/archives/*.deb; do
      dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$folder.part" || return 2
    done
    rm "$machines/archive-$1"/archives/*.deb
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
