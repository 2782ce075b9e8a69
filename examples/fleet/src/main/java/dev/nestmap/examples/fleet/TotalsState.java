/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import org.jspecify.annotations.Nullable;

/**
 * The totals at one moment, or why there are none.
 *
 * @param totals null if there is a problem
 * @param unread number of messages in Kafka that are not in the totals yet
 * @param problem for users
 */
record TotalsState(@Nullable Totals totals, long unread, String problem) {
    static TotalsState of(Totals totals, long unread) {
        return new TotalsState(totals, unread, "");
    }

    static TotalsState problem(String problem) {
        return new TotalsState(null, 0, problem);
    }

    String toJson() {
        return totals == null ? Json.problem(problem) : totals.toJson(unread);
    }
}
