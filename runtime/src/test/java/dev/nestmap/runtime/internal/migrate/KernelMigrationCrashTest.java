/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static dev.nestmap.runtime.internal.migrate.PinnedCounts.AFTER;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.BEFORE;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.COUNTS;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.accepts;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.counts;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.migrate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A migration that is interrupted twice, before each of its steps, loses nothing. {@code KillTest} kills processes in a migration. */
@Tag("jdk-independent")
@KernelTest
@Tag("long")
class KernelMigrationCrashTest extends PinningTest {
    @Test
    void losesNothingIfInterruptedTwiceAtAnyStep() throws Exception {
        Set<String> states = new HashSet<>();
        int moments = 0;
        for (boolean ended = false; !ended; moments++) {
            for (int again = 0; again < 5; again++) {
                PinnedCounts.create(BEFORE, fs);
                ended = endsBefore(new Interrupted(moments));
                if (!ended) {
                    endsBefore(new Interrupted(again));
                }
                states.add(verifyAndComplete("moments " + moments + " and " + again));
                mountAnew();
            }
        }
        assertThat(moments).as("moments").isGreaterThan(10);
        assertThat(states).containsExactlyInAnyOrder("old", "new");
    }

    private boolean endsBefore(Interrupted interrupted) {
        try {
            migrate(BEFORE, AFTER, interrupted.pins(), fs);
            return true;
        } catch (Interrupted.End e) {
            return false;
        }
    }

    /** Checks that the pins are of the old version, or of the new one. Returns which, and completes the migration. */
    private String verifyAndComplete(String when) throws IOException {
        boolean isOld = accepts(BEFORE, fs);
        boolean isNew = accepts(AFTER, fs);
        assertThat(isOld).as(when).isNotEqualTo(isNew);
        assertThat(counts(isOld ? BEFORE : AFTER, fs)).as(when).isEqualTo(COUNTS);
        migrate(BEFORE, AFTER, new KernelPins(), fs);
        assertThat(counts(AFTER, fs)).as(when).isEqualTo(COUNTS);
        new ClaimedPin(new KernelPins(), PinnedCounts.paths(fs, "tenant")).own().close(); // the next owner
        assertThat(fs.content())
                .as(when)
                .containsExactly(
                        "owner",
                        "tenant",
                        "tenant-inner",
                        "tenant-inner/1",
                        "tenant-inner/2",
                        "tenant-inner/3",
                        "tenant-prototype");
        return isOld ? "old" : "new";
    }
}
