/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.program;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the existing name that the user probably meant by a mistyped or outdated name. */
public final class NearestNameFinder {
    /** A name with more changes than this, or with more than half of its characters changed, is not a typing mistake. */
    private static final int MOST_CHANGES = 2;

    /** A shorter name is a part of many names. */
    private static final int LEAST_PART = 3;

    /** Longer names come from a file or a tool, and nobody mistypes them. The limit also bounds the time for each name. */
    private static final int LONGEST_TYPED = 128;

    private NearestNameFinder() {}

    /**
     * Returns the name that differs only in case and underscores: {@code flow_key} for {@code FlowKey}. Otherwise returns the name with
     * the fewest different characters. If all differ too much, returns one that contains the wrong name, or that the
     * wrong name contains: {@code count_packets} for {@code count}.
     *
     * @param names the names that exist
     * @param wrong a name that is not among them
     * @return the name, or empty if none is near
     */
    public static Optional<String> in(Collection<String> names, String wrong) {
        String words = words(wrong);
        Optional<String> sameWords = names.stream()
                .filter(name -> !name.isEmpty() && words(name).equals(words))
                .min(Comparator.naturalOrder());
        return sameWords.isPresent() || wrong.length() > LONGEST_TYPED
                ? sameWords
                : similar(
                        names.stream()
                                .filter(name -> name.length() <= LONGEST_TYPED)
                                .toList(),
                        wrong);
    }

    private static String words(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    private static Optional<String> similar(Collection<String> names, String wrong) {
        int most = Math.min(MOST_CHANGES, wrong.length() / 2);
        Optional<String> mistyped = names.stream()
                .filter(name -> changes(wrong, name) <= most)
                .min(Comparator.comparingInt(name -> changes(wrong, name)));
        return mistyped.isPresent() || wrong.isEmpty()
                ? mistyped
                : names.stream()
                        .filter(name -> Math.min(name.length(), wrong.length()) >= LEAST_PART)
                        .filter(name -> name.contains(wrong) || wrong.contains(name))
                        .min(Comparator.comparingInt(name -> Math.abs(name.length() - wrong.length())));
    }

    /**
     * The least number of characters to insert, remove, replace or swap with their neighbour; a larger number than {@link #MOST_CHANGES} if
     * the names differ more.
     */
    static int changes(String a, String b) {
        if (Math.abs(a.length() - b.length()) > MOST_CHANGES) {
            return MOST_CHANGES + 1;
        }
        int[][] distance = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            Arrays.fill(distance[i], MOST_CHANGES + 1);
            // Further from the diagonal, the difference of the lengths alone is too large.
            int end = Math.min(b.length(), i + MOST_CHANGES);
            for (int j = Math.max(0, i - MOST_CHANGES); j <= end; j++) {
                distance[i][j] = i == 0 || j == 0 ? i + j : nearest(a, b, i, j, distance);
            }
        }
        return distance[a.length()][b.length()];
    }

    private static int nearest(String a, String b, int i, int j, int[][] distance) {
        int replaced = distance[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, 1 + Math.min(distance[i - 1][j], distance[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, 1 + distance[i - 2][j - 2]) : best;
    }
}
