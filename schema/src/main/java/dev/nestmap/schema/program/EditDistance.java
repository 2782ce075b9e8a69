/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.program;

/** Counts the typing mistakes that turn one name into another. */
final class EditDistance {
    private EditDistance() {}

    /** The least number of characters to insert, remove, replace or swap with their neighbour. */
    static int between(String a, String b) {
        int[][] distance = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
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
