/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import dev.nestmap.btf.VerifierLog;
import dev.nestmap.schema.MapDef;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the verifier's log in what a loader or a service has printed, and says what to do about its error. */
public final class VerifierExplanation {
    /** {@code VerifierError} in {@code internal/errors.go} of cilium/ebpf. */
    private static final Pattern OF_GO = Pattern.compile(
            "load program: [a-z ]+(?: \\([^()]*\\))?: (?:(?<instruction>\\d+: \\([0-9a-f]{2}\\) .*?): )?(?<error>.*) \\(\\d+ line\\(s\\) omitted\\)");

    private VerifierExplanation() {}

    /**
     * The place, the error and what to do about it.
     *
     * @param maps the maps that the object defines; empty if they are not known
     */
    public static VerifierLog.Explanation of(VerifierLog log, List<MapDef> maps) {
        VerifierLog.Explanation found = log.explanation(maps);
        return found.remedy().isEmpty()
                ? found.withRemedy(VerifierTable.remedy(log).orElse(""))
                : found;
    }

    /** The verifier's log as plain text: with a loader's lines around it, or alone. Empty if there is none, or if it has no error. */
    public static Optional<VerifierLog> logIn(List<String> lines) {
        return VerifierLog.in(lines).or(() -> alone(lines)).or(() -> ofGo(lines));
    }

    /** The error of cilium/ebpf in one line: the last lines of the log, with the instruction in front if there is one. */
    private static Optional<VerifierLog> ofGo(List<String> lines) {
        return lines.stream()
                .map(OF_GO::matcher)
                .filter(Matcher::find)
                .map(found -> new VerifierLog(Stream.of(found.group("instruction"), found.group("error"))
                        .filter(Objects::nonNull)
                        .toList()))
                .reduce((first, second) -> second);
    }

    /** Whether the lines have a log of the verifier, also one without an error. */
    public static boolean hasLog(List<String> lines) {
        return lines.stream()
                .anyMatch(line -> VerifierLog.OF_VERIFIER.matcher(line).lookingAt());
    }

    private static Optional<VerifierLog> alone(List<String> log) {
        int last = -1;
        int end = log.size();
        for (int i = 0; i < log.size(); i++) {
            if (VerifierLog.OF_VERIFIER.matcher(log.get(i)).lookingAt()) {
                last = i;
                end = VerifierLog.STATISTICS.matcher(log.get(i)).lookingAt() ? i : log.size();
            }
        }
        if (last < 0 || log.stream().anyMatch(line -> line.endsWith(VerifierLog.BEGINNING))) {
            return Optional.empty();
        }
        // Without the statistics, nobody knows where the log ends, and the next line is the service's.
        return VerifierLog.between(
                log, -1, end < log.size() || log.size() <= last + VerifierLog.MOST_LINES ? end : last + 2);
    }
}
