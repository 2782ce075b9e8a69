/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import dev.nestmap.btf.VerifierLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The log of a service that contains the verifier's log: with a prefix before each line (journald, klog, container runtimes), as a value of
 * JSON or of {@code key="value"}, as a string with escapes (the Debug form of Rust), or as the one line that cilium/ebpf makes of an error
 * without {@code %+v}.
 */
final class ServiceLog {
    private static final String STRING = "\"((?:[^\"\\\\]|\\\\.)*)\"";

    /** A value of JSON or logfmt that has the message of a line, or an error. */
    private static final Pattern VALUE = Pattern.compile(
            "(?:\"(?:log|msg|message|MESSAGE|error|err|text|body|exception|errorVerbose)\"\\s*:\\s*|\\b(?:msg|message|error|err)=)"
                    + STRING);

    /** A string with escaped line breaks, as Rust prints the fields of an error for debugging. */
    private static final Pattern ESCAPED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*\\\\n(?:[^\"\\\\]|\\\\.)*)\"");

    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))");

    /** {@code VerifierError.Error} of cilium/ebpf: the cause, the last line or two of the log, and how many it leaves out. */
    private static final Pattern ONE_LINE = Pattern.compile(
            "load program: [^:]+: (?<lines>.+?)(?: \\((?:truncated, )?\\d+ line\\(s\\) omitted\\)| \\(truncated\\))");

    private static final Pattern INSTRUCTION = Pattern.compile("(?<step>\\d+: \\([0-9a-f]{2}\\) .*?): (?<error>.+)");

    private ServiceLog() {}

    /** The lines without what the service has added. Lines of a log that has no wrapping stay as they are. */
    static List<String> unwrapped(List<String> log) {
        List<String> lines = log.stream()
                .flatMap(line -> values(line).stream())
                .map(String::strip)
                .toList();
        List<String> oneLine = lines.stream()
                .map(ONE_LINE::matcher)
                .filter(Matcher::find)
                .map(found -> found.group("lines"))
                .toList();
        long instructions = lines.stream().filter(ServiceLog::hasInstruction).count();
        if (!oneLine.isEmpty()
                && instructions <= oneLine.size()) { // the log is not printed a second time, with all lines
            return stepAndError(oneLine.get(oneLine.size() - 1));
        }
        Pattern prefix = prefix(lines);
        return prefix == null
                ? lines
                : lines.stream()
                        .map(prefix::matcher)
                        .filter(Matcher::lookingAt)
                        .map(found -> found.group("rest").strip())
                        .toList();
    }

    /** The message of a structured line, or the line. */
    private static List<String> values(String line) {
        for (Pattern pattern : List.of(VALUE, ESCAPED)) {
            String text = pattern.matcher(line)
                    .results()
                    .map(found -> unescaped(found.group(1)))
                    .collect(Collectors.joining("\n"));
            if (!text.isEmpty()) {
                return text.lines().toList();
            }
        }
        return List.of(line);
    }

    private static String unescaped(String text) {
        return ESCAPE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(character(found)));
    }

    private static String character(MatchResult escape) {
        if (escape.group(1) != null) {
            return String.valueOf((char) Integer.parseInt(escape.group(1), 16));
        }
        return switch (escape.group(2)) {
            case "n", "r" -> "\n";
            case "t" -> "\t";
            default -> escape.group(2);
        };
    }

    private static List<String> stepAndError(String lines) {
        Matcher instruction = INSTRUCTION.matcher(lines);
        return instruction.matches()
                ? List.of(instruction.group("step"), instruction.group("error"))
                : List.of("0: (00)  ", lines);
    }

    /** The most frequent text before an instruction, where numbers may change; null if instructions begin their lines. */
    private static @Nullable Pattern prefix(List<String> lines) {
        Map<String, Integer> counts = new HashMap<>();
        for (String line : lines) {
            Matcher instruction = VerifierLog.OF_VERIFIER.matcher(line);
            if (instruction.find() && !isInWords(line, instruction.start())) {
                counts.merge(shape(line.substring(0, instruction.start())), 1, Integer::sum);
            }
        }
        String shape = counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
        return shape.isEmpty() ? null : Pattern.compile(shape + "(?<rest>.*)");
    }

    private static boolean hasInstruction(String line) {
        Matcher instruction = VerifierLog.OF_VERIFIER.matcher(line);
        return instruction.find() && !isInWords(line, instruction.start());
    }

    /** Whether the verifier itself mentions the instruction: {@code regs=4 stack=0 before 106: (bf) r4 = r5}. */
    private static boolean isInWords(String line, int at) {
        return line.startsWith("before ", at - "before ".length());
    }

    /** A pattern of a text in which numbers and the width of spaces may change. */
    private static String shape(String prefix) {
        List<String> parts = new ArrayList<>();
        Matcher part = Pattern.compile("\\d+|\\s+|[^\\d\\s]+").matcher(prefix);
        while (part.find()) {
            char first = part.group().charAt(0);
            parts.add(
                    Character.isDigit(first)
                            ? "\\d+"
                            : Character.isWhitespace(first) ? "\\s*" : Pattern.quote(part.group()));
        }
        return String.join("", parts);
    }
}
