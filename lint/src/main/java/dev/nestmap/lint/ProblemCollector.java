/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import dev.nestmap.lint.Finding.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Collects the problems of an object. It keeps so many of each severity that a person can read them, and counts the others. */
final class ProblemCollector {
    private static final int MOST_PROBLEMS = 500;
    private static final int MOST_CHARACTERS = 1 << 20;

    private final List<OfSeverity> severities = new ArrayList<>();

    ProblemCollector() {
        for (Severity severity : Severity.values()) {
            severities.add(new OfSeverity(severity));
        }
    }

    void add(Finding problem) {
        severities.stream().filter(each -> each.severity == problem.severity()).forEach(each -> each.add(problem));
    }

    void addAll(Collection<Finding> problems) {
        problems.forEach(this::add);
    }

    /** The problems, the worst first. */
    List<Finding> sorted() {
        return severities.stream().flatMap(each -> each.all().stream()).toList();
    }

    /** The problems of one severity. */
    private static final class OfSeverity {
        private final Severity severity;
        private final List<Finding> kept = new ArrayList<>();
        private long characters;
        private long others;

        OfSeverity(Severity severity) {
            this.severity = severity;
        }

        void add(Finding problem) {
            long length = (long) problem.place().length()
                    + problem.what().length()
                    + problem.remedy().length();
            if (kept.size() < MOST_PROBLEMS && characters + length <= MOST_CHARACTERS) {
                characters += length;
                kept.add(problem);
            } else {
                others++;
            }
        }

        List<Finding> all() {
            List<Finding> all = new ArrayList<>(kept);
            if (others > 0) {
                all.add(new Finding(
                        "more",
                        severity,
                        "file",
                        String.format(Locale.ROOT, "it has %,d more problems of this severity", others),
                        "correct the listed ones, and check the object again"));
            }
            return all;
        }
    }
}
