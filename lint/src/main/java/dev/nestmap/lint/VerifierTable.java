/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import dev.nestmap.btf.RegisterHistory;
import dev.nestmap.btf.VerifierLog;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.program.TextFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What to do about errors of the verifier: the rows of {@code verifier-errors.txt}, which describes their form. An error gets the remedy of the only
 * row that fits; their order decides nothing. A pointer that may be NULL is in no row: {@link VerifierLog} also names the call that returned it.
 */
final class VerifierTable {
    private static final Pattern GROUP = Pattern.compile("\\(\\?<(\\w+)>");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)}");
    private static final Pattern INSTRUCTION = Pattern.compile("\\d+: (?:\\([0-9a-f]{2}\\)|<)");
    private static final Pattern ADDRESS = Pattern.compile("\\(r(\\d|10) [+-]\\d+\\)");

    /** Says only where the error of the line before happened. */
    private static final Pattern CONTEXT =
            Pattern.compile("Caller passes invalid args into func|.* memory, len pair leads to invalid");

    /** The group of an error with the register that it is about, and that with the number of a map type. */
    private static final String REGISTER = "r";

    private static final String TYPE = "type";

    private static final List<Row> ROWS = rows();

    private VerifierTable() {}

    /** The names of the rows. */
    static List<String> names() {
        return ROWS.stream().map(Row::name).toList();
    }

    /**
     * A row.
     *
     * @param name what tests call it
     * @param error finds the error
     * @param at finds the refused instruction; null for any
     * @param origin finds where the register of the error got its value; null for any
     * @param argument the same for R1; null for any
     * @param remedy what to do, with names of groups in braces
     */
    private record Row(
            String name,
            Pattern error,
            @Nullable Pattern at,
            @Nullable Pattern origin,
            @Nullable Pattern argument,
            String remedy) {
        /** The remedy for a refusal; null if the row does not fit. */
        @Nullable
        String remedy(Refusal refusal) {
            Map<String, String> groups = new HashMap<>();
            boolean fits = find(error, refusal.error, groups)
                    && (at == null || find(at, refusal.instruction, groups))
                    && (origin == null || find(origin, refusal.history(refusal.register(groups)), groups))
                    && (argument == null || find(argument, refusal.history(1), groups));
            return fits
                    ? PLACEHOLDER
                            .matcher(remedy)
                            .replaceAll(found -> Matcher.quoteReplacement(value(groups, found.group(1))))
                    : null;
        }
    }

    /**
     * What rows look at.
     *
     * @param error the lines of the error
     * @param instruction the last instruction
     * @param histories those of registers that a row has asked for
     */
    private record Refusal(VerifierLog log, String error, String instruction, Map<Integer, String> histories) {
        static Refusal of(VerifierLog log) {
            List<String> error = log.error();
            int last = error.size() - 1;
            while (last > 0 && CONTEXT.matcher(error.get(last)).lookingAt()) {
                last--;
            }
            return new Refusal(log, String.join("\n", error.subList(0, last + 1)), last(log.lines()), new HashMap<>());
        }

        private static String last(List<String> log) {
            for (int i = log.size() - 1; i >= 0; i--) {
                if (INSTRUCTION.matcher(log.get(i)).lookingAt()) {
                    return log.get(i);
                }
            }
            return "";
        }

        /** The register that the error names, or the one with the address of the instruction; -1 if there is none. */
        int register(Map<String, String> groups) {
            Matcher address = ADDRESS.matcher(instruction);
            String number = groups.getOrDefault(REGISTER, address.find() ? address.group(1) : "-1");
            return Integer.parseInt(number);
        }

        String history(int register) {
            return register < 0
                    ? ""
                    : histories.computeIfAbsent(register, number -> RegisterHistory.of(log.lines(), number));
        }
    }

    /** The remedy of the only row that fits; empty if none does, or several. */
    static Optional<String> remedy(VerifierLog log) {
        List<String> found = remedies(log).values().stream().toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    /** The names of all rows that fit, with their remedies. */
    static Map<String, String> remedies(VerifierLog log) {
        Refusal refusal = Refusal.of(log);
        Map<String, String> found = new HashMap<>();
        for (Row row : ROWS) {
            String remedy = row.remedy(refusal);
            if (remedy != null) {
                found.put(row.name, remedy);
            }
        }
        return found;
    }

    private static boolean find(Pattern pattern, String text, Map<String, String> groups) {
        Matcher matcher = pattern.matcher(text);
        int last = text.lastIndexOf('\n');
        boolean isFound = matcher.find();
        while (isFound && matcher.end() <= last) { // about a line before the error
            isFound = matcher.find();
        }
        if (!isFound) {
            return false;
        }
        GROUP.matcher(pattern.pattern())
                .results()
                .map(group -> group.group(1))
                .filter(name -> matcher.group(name) != null)
                .forEach(name -> groups.put(name, matcher.group(name)));
        return true;
    }

    private static String value(Map<String, String> groups, String name) {
        String value = groups.getOrDefault(name, "");
        return name.equals(TYPE)
                ? MapKind.ofNumber(Long.parseLong(value)).map(MapKind::name).orElse(value)
                : value;
    }

    private static List<Row> rows() {
        String text = TextFile.read(VerifierTable.class.getResourceAsStream("verifier-errors.txt"));
        return Arrays.stream(text.strip().split("\n\n+", -1))
                .map(VerifierTable::row)
                .toList();
    }

    private static Row row(String text) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        String name = lines.remove(0);
        Map<String, String> members = new HashMap<>();
        for (String line : lines) {
            String[] member = line.strip().split(" +", 2);
            if (members.put(member[0], member[1]) != null) {
                throw new IllegalStateException("two lines of row " + name + " begin with " + member[0]);
            }
        }
        Row row = new Row(
                name,
                Pattern.compile(Objects.requireNonNull(members.remove("error"), name)),
                pattern(members.remove("at")),
                pattern(members.remove("origin")),
                pattern(members.remove("argument")),
                Objects.requireNonNull(members.remove("remedy"), name));
        if (!members.isEmpty()) {
            throw new IllegalStateException("row " + name + " has " + members.keySet());
        }
        return row;
    }

    private static @Nullable Pattern pattern(@Nullable String regex) {
        return regex == null ? null : Pattern.compile(regex);
    }
}
