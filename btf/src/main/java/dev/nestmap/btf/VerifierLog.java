/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The verifier's log about a rejected program, which libbpf prints. Its error is near the end ({@code kernel/bpf/verifier.c}); before it
 * come the instructions of the path that the verifier followed, each with the changed registers, and the lines of C:
 *
 * <pre>
 * ; v = flow_lookup(m, 3); @ flows.bpf.c:9
 * 20: (85) call bpf_map_lookup_elem#1   ; R0=map_value_or_null(id=2,ks=4,vs=24)
 * 21: (79) r1 = *(u64 *)(r0 +0)
 * R0 invalid mem access 'map_value_or_null'
 * </pre>
 *
 * <p>Before Linux 6.10, the lines of C have no file and number.
 *
 * @param lines the lines up to and including the error
 */
public record VerifierLog(List<String> lines) {
    public static final String BEGINNING = "-- BEGIN PROG LOAD LOG --";
    private static final String END = "-- END PROG LOAD LOG --";

    /** The beginning of the explanation that follows the error since Linux 7.3 ({@code kernel/bpf/diagnostics.c}). */
    private static final String EXPLANATION = "Verification failed:";

    /** Lines after the error: statistics ({@code print_verification_stats}), and the states of an infinite loop ({@code is_state_visited}). */
    public static final Pattern STATISTICS =
            Pattern.compile("processed \\d+ insns|verification time|stack depth|insns \\d+|(?:cur|old) state:|\\s*$");

    /** Lines that are no error: an instruction, registers after a jump ("from 7 to 9: ...") or a line of C. */
    private static final Pattern STEP = Pattern.compile("\\d+: (?:[(<]|R\\d|frame|safe$)|\\d+:$|from \\d+ to \\d+|;");

    /** Only the verifier's log has such lines: an instruction, or the number of instructions near the end. */
    public static final Pattern OF_VERIFIER = Pattern.compile("\\d+: \\([0-9a-f]{2}\\) |processed \\d+ insns");

    /** The statistics follow some errors in the same line, because the verifier ends them without a line break. */
    private static final Pattern STATISTICS_BEHIND = Pattern.compile("processed \\d+ insns \\(limit .*");

    /** Lines before an error that are no part of it: states of registers, and what the verifier says about functions and precision. */
    private static final Pattern STATE = Pattern.compile(
            "R\\d+(?:_\\w+)?=|frame\\d+:|Func#|Validating |reg type unsupported for arg#|mark_precise|parent |last_idx|regs=|propagating|caller:|callee:"
                    + "|returning from callee|to caller at|safe$|func#\\d+ @|\\.\\.\\. \\d+ lines omitted|-- ");

    /** What bcc and cilium/ebpf print before the log. */
    private static final Pattern LOADER = Pattern.compile("bpf: Failed to load program|.*load program: [^:]*:$");

    /** A line of a stack trace, in which an exception of Nestmap has the log. */
    private static final Pattern STACK =
            Pattern.compile("at [\\w.$/@-]+\\(.*\\)$|Caused by: |\\.\\.\\. \\d+ (?:more|common frames)");

    /** Aya prints the log behind these words, in the same line. */
    private static final String OF_AYA = "Verifier output: ";

    /** {@code BPF_VERIFIER_TMP_LOG_SIZE} in {@code linux/bpf_verifier.h}: no sentence of the verifier is longer. */
    private static final int MOST_OF_ERROR = 1024;

    /** The lines that an error has at most. */
    public static final int MOST_LINES = 4;

    private static final Pattern SOURCE = Pattern.compile("; (?<text>.*?)(?: @ (?<file>\\S.*):(?<line>\\d+))?$");

    /** Errors about a pointer that may be NULL. The group is its register. */
    private static final List<Pattern> NULLABLE = List.of(
            Pattern.compile("R(\\d\\d?) invalid mem access '\\w*_or_null"),
            Pattern.compile("R(\\d\\d?) type=\\w*_or_null\\w* expected="),
            Pattern.compile("R(\\d\\d?) pointer arithmetic on \\w*_or_null\\w* prohibited"),
            Pattern.compile("Possibly NULL pointer passed to (?:helper |trusted |)(?:R|(?<=helper )arg)(\\d\\d?)\\b"));

    /** The same error about an argument of a kfunc. The first argument, with number 0, is in R1. */
    private static final Pattern NULLABLE_OF_KFUNC =
            Pattern.compile("Possibly NULL pointer passed to (?:trusted )?arg(\\d\\d?)\\b");

    /** The same error about a pointer that is NULL on this path, because the program compared it before. */
    private static final Pattern IS_ZERO =
            Pattern.compile("R(\\d\\d?) (?:invalid mem access 'scalar'|type=scalar expected=)");

    /** The history of a result that may be NULL. */
    private static final Pattern RESULT = Pattern.compile("result of \\w+ as \\w*_or_null\\w*\\((?:[^)]*,)?id=(\\d+)");

    private static final Pattern CALL = Pattern.compile("\\) call (?<function>\\w+)#");

    /** {@code BPF_OBJ_NAME_LEN} without the zero at the end. */
    private static final int LONGEST_NAME = 15;

    private static final Pattern MAP = Pattern.compile("[(,]map=(\\w+)");

    /** The type of a looked up inner map since Linux 7.3; before, it is that of a value, with the name of the outer map. */
    private static final String INNER_MAP = "map_ptr_or_null";

    /** The sizes of keys and values. The verifier does not print the names of inner maps. */
    private static final Pattern SIZES = Pattern.compile("[(,]ks=(\\d{1,10}),vs=(\\d{1,10})");

    /** What may be NULL if no call in the log returned it: a field of an object, for example. */
    private static final String SOME_POINTER = "a pointer that may be NULL";

    private static final String GENERATED_HEADER = ".bpf.h";

    /**
     * Why the verifier has rejected a program.
     *
     * @param place the line in C; empty if the log has none
     * @param source the text of this line; empty if the log has none
     * @param reason the reason in words; empty if the text of the error says it
     * @param error the verifier's error
     * @param remedy what to do; empty unless the error is about NULL. The linter knows more remedies
     */
    public record Explanation(String place, String source, String reason, String error, String remedy) {
        /** The same with this remedy. */
        public Explanation withRemedy(String remedy) {
            return new Explanation(place, source, reason, error, remedy);
        }

        /** All in one sentence, after the name of the program. */
        public String text() {
            return (place.isEmpty() ? ": " : ", " + place + ": ")
                    + (reason.isEmpty()
                            ? error + (remedy.isEmpty() ? "" : ": " + remedy)
                            : reason + ": " + remedy + " (" + error + ")");
        }
    }

    /** The verifier's log in libbpf's output; empty if there is none, or if it has no error. */
    public static Optional<VerifierLog> in(List<String> log) {
        int beginning = -1;
        int end = -1;
        for (int i = 0; i < log.size(); i++) {
            if (log.get(i).endsWith(BEGINNING)) {
                beginning = i;
            } else if (log.get(i).equals(END)) {
                end = i;
            }
        }
        if (beginning < 0) {
            return Optional.empty();
        }
        if (end > beginning) {
            return between(log, beginning, end);
        }
        // The end is cut off, or a message has the last lines first.
        return end >= 0 ? between(log, -1, end) : between(log, beginning, endOfCut(log, beginning));
    }

    /** The first line of the stack trace behind a log. */
    private static int endOfCut(List<String> log, int beginning) {
        int end = beginning + 1;
        while (end < log.size() && !STACK.matcher(log.get(end)).lookingAt()) {
            end++;
        }
        return end;
    }

    /** The log between two lines. */
    public static Optional<VerifierLog> between(List<String> log, int beginning, int last) {
        int end = last;
        for (int i = beginning + 1; i < end; i++) {
            if (log.get(i).startsWith(EXPLANATION)) {
                end = i;
            }
        }
        int error = end - 1;
        while (error > beginning && STATISTICS.matcher(log.get(error)).lookingAt()) {
            error--;
        }
        boolean isFound = error > beginning
                && !STEP.matcher(log.get(error)).lookingAt()
                && !LOADER.matcher(log.get(error)).lookingAt();
        return isFound ? Optional.of(new VerifierLog(log.subList(beginning + 1, error + 1))) : Optional.empty();
    }

    /** The lines of the error, of which some have two: what is wrong, and where that is forbidden, or the remedy. */
    public List<String> error() {
        int first = lines.size() - 1;
        while (first > 0
                && lines.size() - first < MOST_LINES
                && !lines.get(first).contains(OF_AYA)
                && !isBefore(withoutAya(lines.get(first - 1)))) {
            first--;
        }
        return lines.subList(first, lines.size()).stream()
                .map(line -> STATISTICS_BEHIND.matcher(line).replaceFirst(""))
                .map(VerifierLog::withoutAya)
                .map(line -> line.substring(0, Math.min(line.length(), MOST_OF_ERROR))
                        .strip()
                        .replaceFirst("\\.$", ""))
                .toList();
    }

    private static String withoutAya(String line) {
        int begin = line.indexOf(OF_AYA);
        return begin < 0 ? line : line.substring(begin + OF_AYA.length());
    }

    /** Whether a line is before the error, and no part of it. */
    private static boolean isBefore(String line) {
        return Stream.of(STEP, STATE, STATISTICS, LOADER)
                .anyMatch(pattern -> pattern.matcher(line).lookingAt());
    }

    /** The lines of an error in one line. */
    private static String joined(List<String> error) {
        String text = error.get(0);
        for (String line : error.subList(1, error.size())) {
            text += (text.endsWith(",") ? " " : "; ") + line;
        }
        return text;
    }

    /**
     * Returns the place and the error, and the reason if it is about a pointer that may be NULL.
     *
     * @param maps the maps that the object defines; empty if they are not known
     */
    public Explanation explanation(List<MapDef> maps) {
        List<String> error = error();
        String place = place(lines.size() - 1);
        Matcher nearest = source(lines.size() - 1, false);
        String text = nearest == null ? "" : nearest.group("text").strip();
        for (String line : error) {
            String source = sourceOfNull(line, maps);
            if (source != null) {
                return new Explanation(
                        place,
                        text,
                        source + " is used before it is compared with NULL",
                        joined(error),
                        source.equals(SOME_POINTER)
                                ? "compare it with NULL first, in a local variable: the next read of a field may return another pointer"
                                : "compare the result with NULL first");
            }
        }
        return new Explanation(place, text, "", joined(error), "");
    }

    /** The register with the pointer that may be NULL; null if the error has another reason. */
    private static @Nullable Integer nullable(String error) {
        Matcher kfunc = NULLABLE_OF_KFUNC.matcher(error);
        return NULLABLE.stream()
                .map(pattern -> pattern.matcher(error))
                .filter(Matcher::lookingAt)
                .map(matcher -> Integer.valueOf(matcher.group(1)))
                .findFirst()
                .orElseGet(() -> kfunc.lookingAt() ? Integer.valueOf(kfunc.group(1)) + 1 : null);
    }

    /** The line of C before a line of the log. If it is in a header, also the last line before it that is not. */
    private String place(int before) {
        Matcher nearest = source(before, false);
        if (nearest == null) {
            return "";
        }
        if (nearest.group("file") == null) {
            return "at `" + nearest.group("text") + "`";
        }
        Matcher inFile = source(before, true);
        // The compiler leaves out the line of a call that it inlines, so the line before it can be far above.
        return isInFile(nearest) || inFile == null ? at(nearest) : "after " + at(inFile) + ", in " + at(nearest);
    }

    private static String at(Matcher source) {
        return source.group("file") + ":" + source.group("line");
    }

    /** The last line of C before a line of the log; null if there is none. */
    private @Nullable Matcher source(int before, boolean inFile) {
        for (int i = before; i >= 0; i--) {
            Matcher source = SOURCE.matcher(lines.get(i));
            if (source.matches() && !"0".equals(source.group("line")) && (!inFile || isInFile(source))) {
                return source;
            }
        }
        return null;
    }

    private static boolean isInFile(Matcher source) {
        return source.group("file") != null && !source.group("file").endsWith(".h");
    }

    /**
     * What the error is about: the result of the helper of a generated header, or of a function of the kernel, or a pointer from elsewhere. Null
     * if the error has another reason.
     */
    private @Nullable String sourceOfNull(String error, List<MapDef> maps) {
        Integer register = nullable(error);
        if (register != null) {
            String id = last(register, "\\w*_or_null\\w*\\((?:[^)]*,)?id=(\\d+)");
            return id == null ? SOME_POINTER : returned(id, maps).orElse(SOME_POINTER);
        }
        Matcher zero = IS_ZERO.matcher(error);
        if (!zero.lookingAt() || !"0".equals(last(Integer.parseInt(zero.group(1)), "([^ ]+)"))) {
            return null;
        }
        Matcher result = RESULT.matcher(RegisterHistory.of(lines, Integer.parseInt(zero.group(1))));
        return result.lookingAt() ? returned(result.group(1), maps).orElse(null) : null;
    }

    /** The last state of a register that matches a pattern, or its group; null if there is none. */
    private @Nullable String last(int register, String state) {
        Pattern pattern = Pattern.compile("\\bR" + register + "(?:_\\w+)?=" + state);
        return lines.stream()
                .flatMap(line -> pattern.matcher(line).results())
                .map(found -> found.group(1))
                .reduce((first, second) -> second)
                .orElse(null);
    }

    /** The function whose result has this id, in the last line of the log that shows such a call. */
    private Optional<String> returned(String id, List<MapDef> maps) {
        Pattern returned = Pattern.compile("\\bR0(?:_\\w+)?=(\\w*_or_null\\w*\\(id=" + id + "[,)].*)");
        for (int i = lines.size() - 1; i >= 0; i--) {
            Matcher call = CALL.matcher(lines.get(i));
            Matcher result = returned.matcher(lines.get(i));
            if (call.find() && result.find()) {
                return Optional.of("the result of " + caller(i, call.group("function"), result.group(1), maps));
            }
        }
        return Optional.empty();
    }

    /** The helper of a generated header that calls a lookup for one of these maps; otherwise the called function. */
    private String caller(int call, String function, String result, List<MapDef> maps) {
        Matcher nearest = source(call, false);
        if (nearest == null || !String.valueOf(nearest.group("file")).endsWith(GENERATED_HEADER)) {
            return function;
        }
        Matcher map = MAP.matcher(result);
        boolean isNamed = map.find();
        Matcher sizes = SIZES.matcher(result);
        boolean isSized = sizes.find();
        List<String> helpers = maps.stream()
                .filter(candidate -> isNamed
                        ? map.group(1).equals(cut(candidate.name()))
                        : isSized
                                && candidate.role() == MapRole.INNER
                                && Long.parseLong(sizes.group(1)) == candidate.keySize()
                                && Long.parseLong(sizes.group(2)) == candidate.valueSize())
                .flatMap(found -> result.startsWith(INNER_MAP)
                        ? maps.stream().filter(outer -> found.name().equals(outer.definition()))
                        : Stream.of(found))
                .map(candidate -> candidate.baseName() + "_lookup")
                .distinct()
                .toList();
        List<String> called =
                helpers.stream().flatMap(helper -> inSource(helper).stream()).toList();
        return called.size() == 1
                ? called.get(0)
                : helpers.size() == 1 ? "a helper such as " + helpers.get(0) : function;
    }

    /** The last helper with this name, or with one that contains it, in the program's own lines of C: {@code tenant_flow_lookup}. */
    private Optional<String> inSource(String helper) {
        Pattern call = Pattern.compile("\\b(\\w*" + helper + "\\w*)\\(");
        return lines.stream()
                .map(SOURCE::matcher)
                .filter(source -> source.matches() && isInFile(source))
                .flatMap(source -> call.matcher(source.group("text")).results())
                .map(found -> found.group(1))
                .reduce((first, second) -> second);
    }

    /** The name of a map as the kernel keeps it. */
    private static String cut(String name) {
        return name.substring(0, Math.min(name.length(), LONGEST_NAME));
    }
}
