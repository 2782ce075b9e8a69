#!/bin/sh
# shellcheck shell=dash
# Starts the command nestmap. This script is the beginning of its jar. Java reads a jar from its end, so the file is both: a program, and
# a jar for java -jar. The script chooses the options with which Java starts fastest. It writes no file beside the jar and reads none: in a
# directory such as /tmp, another user could have put it there, and root would run what is in it.
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
# All classes are of this jar, and a run of them is too short for their verification, which takes an eighth of its time.
# Java's own warnings go to standard error, because results in JSON go to standard output.
exec "$java" -XX:+ExitOnOutOfMemoryError -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=3 -XX:+UseSerialGC -XX:-UsePerfData -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote \
  -Xlog:disable -Xlog:all=warning:stderr \
  -jar "$(readlink -f "$0")" "$@"
