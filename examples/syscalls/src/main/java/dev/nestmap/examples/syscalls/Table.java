/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.syscalls;

import dev.nestmap.examples.syscalls.Syscalls.Call;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Adds up the calls of each user, and prints the users with the most calls of the last interval. */
final class Table {
    private static final int ROWS = 15;
    private static final int CALLS_EACH = 4;

    private final Names names;
    private final int width;
    private final Map<Long, Long> totals = new HashMap<>();

    /**
     * Creates an empty table.
     *
     * @param width largest number of characters in a row
     */
    Table(Names names, int width) {
        this.names = names;
        this.width = width;
    }

    /** Returns a line for each user that made calls in the last interval, the busiest users first. */
    List<String> rows(Map<Long, List<Call>> drained, double seconds) {
        drained.forEach((uid, calls) -> totals.merge(uid, sum(calls), Long::sum));
        return drained.entrySet().stream()
                .filter(user -> !user.getValue().isEmpty())
                .sorted(Comparator.comparingLong(user -> -sum(user.getValue())))
                .limit(ROWS)
                .map(user -> row(user.getKey(), user.getValue(), seconds))
                .toList();
    }

    private String row(long uid, List<Call> calls, double seconds) {
        StringBuilder row = new StringBuilder(
                "%-12s %,11.0f %,13d".formatted(names.user(uid), sum(calls) / seconds, totals.get(uid)));
        String separator = "  ";
        for (Call call : calls.stream()
                .sorted(Comparator.comparingLong(call -> -call.count()))
                .limit(CALLS_EACH)
                .toList()) {
            String text = "%s%s %,.0f".formatted(separator, names.call(call.number()), call.count() / seconds);
            if (row.length() + text.length() > width) {
                break;
            }
            row.append(text);
            separator = ", ";
        }
        return row.toString();
    }

    static String heading() {
        return "%-12s %11s %13s  %s".formatted("user", "calls/s", "calls", "most frequent, per second");
    }

    /** Returns how many calls of all users have been counted. */
    long total() {
        return totals.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long sum(List<Call> calls) {
        return calls.stream().mapToLong(Call::count).sum();
    }
}
