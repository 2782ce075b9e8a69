/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend.pinset;

import dev.nestmap.runtime.internal.backend.pinset.Processes.Phase;
import java.util.List;
import java.util.stream.Stream;

/**
 * Processes that run side by side, and what comes after them.
 *
 * @param recoveries each is tried from each end of the processes: versions of the service that start one after the other, and at last
 *     {@code end}. The last version must start, and the end must leave nothing
 * @param kills how many processes may be killed, in the recoveries, too
 * @param failures how many calls may fail
 */
record Scenario(
        String name,
        List<List<Phase>> processes,
        List<List<List<Phase>>> recoveries,
        int packets,
        int kills,
        int failures) {
    /** Kills, and in another exploration failing calls. */
    Stream<Scenario> smaller() {
        return kills > 0 && failures > 0 ? Stream.of(with(kills, 0), with(0, failures)) : Stream.of(this);
    }

    /** One more kill; or kills together with failing calls, and failing calls in the handling of others. */
    Stream<Scenario> larger() {
        return failures > 0 ? Stream.of(this, with(0, failures + 1)) : Stream.of(with(kills + 1, 0));
    }

    private Scenario with(int otherKills, int otherFailures) {
        return new Scenario(name, processes, recoveries, packets, otherKills, otherFailures);
    }

    @Override
    public String toString() {
        return name + ", kills: " + kills + ", failing calls: " + failures;
    }
}
