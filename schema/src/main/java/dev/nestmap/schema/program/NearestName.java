/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.program;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the existing name that a mistyped or outdated name probably means. */
public final class NearestName {
    /** A name with more changes than this, or with more than half of its characters changed, is not a typing mistake. */
    private static final int MOST_CHANGES = 2;

    private NearestName() {}

    /**
     * Returns the name with the fewest different characters. If all differ too much, returns one that contains the wrong name, or that the
     * wrong name contains: {@code count_packets} for {@code count}.
     *
     * @param names the names that exist
     * @param wrong a name that is not among them
     * @return the name, or empty if none is near
     */
    public static Optional<String> in(Collection<String> names, String wrong) {
        Optional<String> mistyped = names.stream()
                .filter(name -> isTypingMistake(EditDistance.between(wrong, name), wrong.length()))
                .min(Comparator.comparingInt(name -> EditDistance.between(wrong, name)));
        return mistyped.isPresent() || wrong.isEmpty()
                ? mistyped
                : names.stream()
                        .filter(name -> name.contains(wrong) || wrong.contains(name))
                        .min(Comparator.comparingInt(name -> Math.abs(name.length() - wrong.length())));
    }

    /** Whether so many changes of a name of this length are probably typing mistakes. */
    static boolean isTypingMistake(int changes, int length) {
        return changes <= Math.min(MOST_CHANGES, length / 2);
    }
}
