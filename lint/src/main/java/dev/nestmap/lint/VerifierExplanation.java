/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import dev.nestmap.btf.VerifierLog;
import dev.nestmap.schema.MapDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the verifier's log in what a loader or a service has printed, and says what to do about its error. */
public final class VerifierExplanation {
    private VerifierExplanation() {}

    /**
     * The place, the error and what to do about it.
     *
     * @param maps the maps that the object defines; empty if they are not known
     */
    public static VerifierLog.Explanation of(VerifierLog log, List<MapDef> maps) {
        VerifierLog.Explanation found = log.explanation(maps);
        return found.remedy().isEmpty()
                ? found.withRemedy(new VerifierCause(log, log.error()).remedy().orElse(""))
                : found;
    }

    /**
     * The verifier's log as any loader or service prints it: with libbpf's lines around it, alone, with a prefix before each line, in JSON, or
     * as one line. An error alone is found if it is one that is known. Empty if there is none, or if it has no error.
     */
    public static Optional<VerifierLog> anywhere(List<String> log) {
        List<String> lines = ServiceLog.unwrapped(log);
        return VerifierLog.in(lines).or(() -> alone(lines));
    }

    /** Whether the lines have a log of the verifier, also one without an error. */
    public static boolean isAnywhere(List<String> log) {
        return ServiceLog.unwrapped(log).stream()
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
        if (log.stream().anyMatch(line -> line.endsWith(VerifierLog.BEGINNING))) {
            return Optional.empty();
        }
        if (last < 0) {
            return errorAlone(log);
        }
        // Without the statistics, nobody knows where the log ends, and the next line is the service's.
        return VerifierLog.between(
                log, -1, end < log.size() || log.size() <= last + VerifierLog.MOST_LINES ? end : last + 2);
    }

    /** The last error that is known, in lines without a marker of the verifier: somebody has copied only the error from a log. */
    private static Optional<VerifierLog> errorAlone(List<String> log) {
        List<String> error = new ArrayList<>();
        for (int i = log.size() - 1; i >= 0; i--) {
            Optional<String> known = knownError(log.get(i));
            if (known.isPresent() && error.size() < VerifierLog.MOST_LINES) {
                error.add(0, known.get());
            } else if (!error.isEmpty()) {
                break;
            }
        }
        return error.isEmpty() ? Optional.empty() : Optional.of(new VerifierLog(error));
    }

    /** The error in a line, without the words of others before it; empty if this is no error that is known. */
    private static Optional<String> knownError(String line) {
        List<String> parts = List.of(line.split("(?<=: )"));
        for (int i = parts.size() - 1; i >= 0; i--) {
            String error = String.join("", parts.subList(i, parts.size())).strip();
            VerifierLog log = new VerifierLog(List.of(error));
            if (VerifierLog.isAboutNull(error)
                    || new VerifierCause(log, List.of(error)).remedy().isPresent()) {
                return Optional.of(error);
            }
        }
        return Optional.empty();
    }
}
