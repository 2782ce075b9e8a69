/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import org.jspecify.annotations.Nullable;

/**
 * The totals at one moment, or why there are none.
 *
 * @param totals null if there is a problem
 * @param problem for users
 */
record TotalsState(@Nullable Totals totals, String problem) {
    static TotalsState of(Totals totals) {
        return new TotalsState(totals, "");
    }

    static TotalsState problem(String problem) {
        return new TotalsState(null, problem);
    }

    String toJson() {
        return totals == null ? Json.problem(problem) : totals.toJson();
    }
}
