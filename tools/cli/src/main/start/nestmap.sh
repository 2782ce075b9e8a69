#!/bin/sh
# shellcheck shell=dash
# Starts the command nestmap. This script is the beginning of its jar. Java reads a jar from its end, so the file is both: a program, and
# a jar for java -jar. The script chooses the options with which Java starts fastest, and archives the loaded classes beside the jar.
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
java=$(command -v "$java") || {
  echo "nestmap: no Java was found. Install Java 17 or newer, or set JAVA_HOME to its directory." >&2
  exit 3
}
# Java reads arguments and names of files in the character set of the locale. Without a UTF-8 locale, they could only be ASCII.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
  *[Uu][Tt][Ff]8* | *[Uu][Tt][Ff]-8*) ;;
  *) export LC_ALL=C.UTF-8 ;;
esac
jar=$(readlink -f "$0")
vm=$(readlink -f "$java")
archive=$jar.$(printf %s "$vm" | cksum | cut -d ' ' -f 1).jsa
# Java ignores an archive of another version or jar. -Xlog:disable suppresses its warning about that.
set -- -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xlog:disable -XX:SharedArchiveFile="$archive" \
  -jar "$jar" "$@"

# For each Java, the first run that may write to the jar's directory makes the archive. A user who can replace the archive can replace the
# jar too, so the archive adds no risk.
if [ ! "$archive" -nt "$jar" ] || [ ! "$archive" -nt "$vm" ]; then
  new=$archive.$$
  if [ -w "${jar%/*}" ] && (: >"$new") 2>/dev/null; then
    [ ! -t 2 ] || printf 'nestmap: archives its classes, so that it starts faster from now on ...' >&2
    # The Serial collector can read the objects in an archive, but only G1 can write them.
    "$java" -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xlog:disable -XX:DumpLoadedClassList="$new.classes" -cp "$jar" \
      dev.nestmap.cli.ClassListTrainingRun >/dev/null 2>&1 &&
      "$java" -Xshare:dump -XX:+UseG1GC -Xlog:disable -XX:SharedClassListFile="$new.classes" -XX:SharedArchiveFile="$new" \
        -cp "$jar" >/dev/null 2>&1 && mv -f "$new" "$archive"
    rm -f "$new" "$new.classes"
    [ ! -t 2 ] || printf '\r\033[K' >&2
  fi
fi
exec "$java" "$@"
