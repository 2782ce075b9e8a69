# Sourced by the commands here: finds out what is missing on this machine, and installs it where it may.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*"; }

# has_header NAME: whether a C header of the system is there
has_header() { [ -e "/usr/include/$1" ] || compgen -G "/usr/include/*/$1" >/dev/null; }

has_libbpf() { [[ $(PATH=$PATH:/usr/sbin:/sbin ldconfig -p) == *libbpf.so.1* ]]; }

has_tool() { PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null; }

# A clang of 14 or newer, under its plain name or one with its version.
has_clang() {
  local candidate version
  for candidate in clang clang-{14..30}; do
    command -v "$candidate" >/dev/null || continue
    version=$("$candidate" -dumpversion 2>/dev/null | cut -d. -f1)
    [ "${version:-0}" -ge 14 ] && return 0
  done
  return 1
}

# What it takes to build and load BPF programs: the Debian packages that are missing.
missing_to_run() {
  has_clang || echo clang
  has_libbpf || echo libbpf1
  has_header bpf/bpf_helpers.h || echo libbpf-dev
  { has_header linux/bpf.h && has_header asm/types.h; } || echo linux-libc-dev
}

# What the tests take beside that. Of the clangs, those that the distribution has.
missing_to_test() {
  missing_to_run
  has_tool bpftool || echo bpftool
  has_tool ip || echo iproute2
  local version
  for version in 14 16 19; do
    command -v "clang-$version" >/dev/null || available "clang-$version"
    command -v "llvm-strip-$version" >/dev/null || available "llvm-$version"
  done
}

available() { apt-cache show "$1" >/dev/null 2>&1 && echo "$1"; return 0; }

# provide FUNCTION: installs what FUNCTION says is missing; without the right or without apt, says what to install.
provide() {
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] &&
    ! compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null && apt-get update -qq
  local packages
  mapfile -t packages < <("$1" | sort -u)
  [ "${#packages[@]}" -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    say "Missing; please install (Debian's names): ${packages[*]}"
    say "  sudo apt-get install ${packages[*]}"
    return 1
  fi
  say "Installing ${packages[*]}"
  if ! DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null || {
      say "Could not install ${packages[*]}; please install them by hand"
      return 1
    }
  fi
}

# The build needs these two; they are not ours to install.
need_java() {
  command -v mvn >/dev/null || { say "Maven is missing: please install it (Debian: maven)"; exit 1; }
  # A Java without javac is a JRE, which can't compile.
  command -v "$(java_tool javac)" >/dev/null && java_version "$(java_tool java)" >/dev/null || {
    say "A JDK of 17 or newer is missing: please install it (Debian: openjdk-17-jdk-headless), or set JAVA_HOME to one"
    exit 1
  }
}

# java_tool NAME: the command of the JDK that Maven will use
java_tool() { echo "${JAVA_HOME:+$JAVA_HOME/bin/}$1"; }

# java_version COMMAND: the major version of a Java that is 17 or newer
java_version() {
  local version
  version=$("$1" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p')
  [ "${version%%.*}" -ge 17 ] 2>/dev/null && echo "$version"
}
