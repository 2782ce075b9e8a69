# Functions for the commands in this folder: find missing packages and install them if possible.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '%s\n' "$*"; }

# plain: copies its input without codes of colours
plain() { sed -u $'s/\e\\[[0-9;]*m//g'; }

# mvn ARGUMENT...: Maven, without codes of colours unless it writes to a terminal. It ends with such a code even in a file. javac's garbage is young,
# so the serial collector saves a tenth of the CPU time; not in .mvn/jvm.config, because a VM with two collectors in its options does not start.
mvn() {
  local options=${MAVEN_OPTS:-}
  [[ $options == *:+Use*GC* ]] || options="-XX:+UseSerialGC -Xmn256m $options"
  if [ -t 1 ]; then
    MAVEN_OPTS=$options command mvn "$@"
  else
    MAVEN_OPTS=$options command mvn -Dstyle.color=never "$@" 2>&1 | plain
  fi
}

# alone COMMAND...: runs it when no other command of this clone runs so. Two Mavens in the directory of the sources would write the same files.
alone() { (! has_tool flock || flock 9; "$@" 9<&-) 9<"$root/pom.xml"; }

# change_base: prints the commit from which the change begins: NESTMAP_BASE, or what this branch and main have in common. Prints nothing if
# there is none, or if it is the commit that is checked out.
change_base() {
  local base=${NESTMAP_BASE:-} head
  head=$(git -C "$root" rev-parse -q --verify HEAD 2>/dev/null) || return 0
  [ -n "$base" ] || base=$(git -C "$root" merge-base HEAD origin/main 2>/dev/null) || return 0
  [ "$base" = "$head" ] || echo "$base"
}

# changed_files: prints the files that the change adds, changes or removes
changed_files() {
  local base
  base=$(change_base)
  [ -z "$base" ] || git -C "$root" diff --name-only "$base"
}

# The help of a command is the comment at its top. The command nestmap prints its own.
if [ "$*" = --help ] && [ "${0##*/}" != nestmap ]; then
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
  exit
fi

# need_number OPTION [VALUE]: exits if the value of an option is not a whole number of 1 or more
need_number() {
  [[ ${2:-} =~ ^[1-9][0-9]{0,17}$ ]] || { say "bin/${0##*bin/}: $1 takes a whole number of 1 or more, not \"${2:-}\""; exit 2; }
}

# has_header NAME: whether this C header is installed
has_header() { [ -e "/usr/include/$1" ] || compgen -G "/usr/include/*/$1" >/dev/null; }

has_libbpf() { [[ $(PATH=$PATH:/usr/sbin:/sbin ldconfig -p) == *libbpf.so.1* ]]; }

has_tool() { PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null; }

# has_clang: whether clang 14 or newer is installed, as clang or as clang-VERSION
has_clang() {
  local candidate version
  for candidate in clang clang-{14..30}; do
    command -v "$candidate" >/dev/null || continue
    version=$("$candidate" -dumpversion 2>/dev/null | cut -d. -f1)
    [ "${version:-0}" -ge 14 ] && return 0
  done
  return 1
}

# missing_to_run: prints the missing Debian packages that are needed to build and load BPF programs
missing_to_run() {
  has_clang || echo clang
  has_libbpf || echo libbpf1
  has_header bpf/bpf_helpers.h || echo libbpf-dev
  { has_header linux/bpf.h && has_header asm/types.h; } || echo linux-libc-dev
}

# missing_to_demo: prints the missing Debian packages that bin/demo needs
missing_to_demo() {
  missing_to_run
  has_tool ip || echo iproute2
}

# missing_to_test: prints the missing Debian packages that the tests need, with the versions of clang that the distribution has
missing_to_test() {
  missing_to_run
  has_tool bpftool || echo bpftool
  has_tool ip || echo iproute2
  has_tool ethtool || echo ethtool
  has_tool tmux || echo tmux
  has_tool shellcheck || echo shellcheck
  has_tool chromium || echo chromium
  has_tool prometheus || available prometheus
  missing_database
  local version
  for version in 14 16 19; do
    command -v "clang-$version" >/dev/null || available "clang-$version"
    command -v "llvm-strip-$version" >/dev/null || available "llvm-$version"
  done
}

# missing_database: prints the missing Debian package of the database server that tests start, if the distribution has it
missing_database() { has_tool initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || available postgresql; }

# missing_to_build_site: prints the missing Debian packages that build the documentation site
missing_to_build_site() {
  has_tool node || echo nodejs
  has_tool npm || echo npm
}

# missing_to_test_site: prints the missing Debian package that opens the pages
missing_to_test_site() { has_tool chromium || echo chromium; }

# available PACKAGE: prints the package if the distribution has it
available() { apt-cache show "$1" >/dev/null 2>&1 && echo "$1"; return 0; }

# provide FUNCTION ARGUMENT...: installs the packages that FUNCTION prints. Without root or without apt, it says what to install and fails.
provide() {
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] &&
    ! compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null && apt-get update -qq
  local packages
  mapfile -t packages < <("$@" | sort -u)
  [ "${#packages[@]}" -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    say "Missing packages (Debian's names): ${packages[*]}. Install them, for example:"
    say "  sudo apt-get install ${packages[*]}"
    return 1
  fi
  say "Installing ${packages[*]}"
  if ! DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null || {
      say "apt-get could not install ${packages[*]}. Install them by hand."
      return 1
    }
  fi
}

# need_bpf_file_system: mounts a BPF file system at /sys/fs/bpf if there is none. Without root, it says what to type and fails.
need_bpf_file_system() {
  [ "$(stat --file-system --format %t /sys/fs/bpf 2>/dev/null)" != cafe4a11 ] || return 0
  if [ "$(id -u)" = 0 ] && mount -t bpf -o mode=0711 bpf /sys/fs/bpf; then
    say "Mounted a BPF file system at /sys/fs/bpf, where the pins belong. umount /sys/fs/bpf takes it away again."
    return 0
  fi
  say "No BPF file system is mounted at /sys/fs/bpf, where the pins belong. Mount one:"
  say "  sudo mount -t bpf -o mode=0711 bpf /sys/fs/bpf"
  return 1
}

# need_java: exits if Maven or a JDK is missing. These are not installed automatically: users choose their own versions.
need_java() {
  type -P mvn >/dev/null || { say "Maven is missing. Install it (Debian: maven)."; exit 1; }
  # A Java without javac is a JRE and can't compile.
  command -v "$(java_tool javac)" >/dev/null && java_version "$(java_tool java)" >/dev/null || {
    say "No JDK 17 or newer was found. Install one (Debian: default-jdk-headless), or set JAVA_HOME to its directory."
    exit 1
  }
}

# java_tool NAME: prints the command of the JDK that Maven uses
java_tool() { echo "${JAVA_HOME:+$JAVA_HOME/bin/}$1"; }

# java_version COMMAND: prints the version of this Java, or fails if it is older than 17
java_version() {
  local version
  version=$("$1" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p')
  [ "${version%%.*}" -ge 17 ] 2>/dev/null && echo "$version"
}

# find_jdk VERSION: prints the home of a JDK of this version, if it is in one of the usual places
find_jdk() {
  local home
  for home in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")" \
    /usr/lib/jvm/* /opt/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    # An empty JAVA_HOME would find /bin/javac, but / is not the home of a JDK.
    [ -n "$home" ] && [ -x "$home/bin/javac" ] && [ "$(java_version "$home/bin/java")" = "$1" ] && { echo "$home"; return; }
  done
  return 0
}
