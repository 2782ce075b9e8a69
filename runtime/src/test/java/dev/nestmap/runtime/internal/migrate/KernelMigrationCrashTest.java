/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static dev.nestmap.runtime.internal.migrate.PinnedCounts.AFTER;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.BEFORE;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.COUNTS;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.accepts;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.counts;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.migrate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.pin.PinLock;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Migrations that are interrupted before each of their steps, and processes that are killed during a migration. */
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
        assertThat(states).containsExactlyInAnyOrder("old", "barred", "new");
    }

    private boolean endsBefore(Interrupted interrupted) {
        try {
            migrate(BEFORE, AFTER, interrupted.pins(), fs);
            return true;
        } catch (Interrupted.End e) {
            return false;
        }
    }

    /** Checks that the pins are of the old version, of the new one, or refused by both. Returns which, and completes the migration. */
    private String verifyAndComplete(String when) throws IOException {
        boolean isOld = accepts(BEFORE, fs);
        boolean isNew = accepts(AFTER, fs);
        assertThat(isOld && isNew).as(when).isFalse();
        if (isOld || isNew) {
            assertThat(counts(isOld ? BEFORE : AFTER, fs)).as(when).isEqualTo(COUNTS);
        }
        migrate(BEFORE, AFTER, new KernelPins(), fs);
        assertThat(counts(AFTER, fs)).as(when).isEqualTo(COUNTS);
        assertThat(fs.content())
                .as(when)
                .containsExactly(
                        "tenant",
                        "tenant-draining",
                        "tenant-inner",
                        "tenant-inner/1",
                        "tenant-inner/2",
                        "tenant-inner/3",
                        "tenant-migration",
                        "tenant-prototype");
        return isOld ? "old" : isNew ? "new" : "barred";
    }

    @Test
    void reportsThatThePreparedPinsWereRemoved() throws IOException {
        PinnedCounts.create(BEFORE, fs);
        for (int moment = 0; accepts(BEFORE, fs); moment++) {
            endsBefore(new Interrupted(moment));
        }
        for (Path prepared : new KernelPins().list(fs.path("tenant-migration"))) {
            new KernelPins().list(prepared).forEach(new KernelPins()::remove);
            new KernelPins().remove(prepared);
        }

        assertThatThrownBy(() -> migrate(BEFORE, AFTER, new KernelPins(), fs))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("can't be finished")
                .hasMessageContaining("deletes all entries")
                .hasMessageContaining("rm -rf '" + fs.path("tenant") + "' '" + fs.path("tenant-prototype") + "' ");
    }

    @Test
    void losesNothingIfTheProcessIsKilled() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        long whole = Long.MAX_VALUE;
        int killed = 0;
        for (int run = 0; run < 40 && killed < 8; run++) {
            PinnedCounts.create(BEFORE, fs);
            Process child = new ChildVm().start(Migrator.class, fs.path("").toString());
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
            assertThat(output.readLine()).isEqualTo("begins");
            long began = System.nanoTime();
            if (run > 0) {
                LockSupport.parkNanos(random.nextLong(whole));
                child.destroyForcibly(); // SIGKILL
            }
            int exit = child.waitFor();
            if (exit == 128 + 9) {
                killed++;
            } else {
                assertThat(exit).as("seed %s, run %d", seed, run).isZero();
                whole = Math.min(whole, System.nanoTime() - began); // an upper bound for the time to the kill
            }
            verifyAndComplete("seed " + seed + ", run " + run);
            mountAnew();
        }
        assertThat(killed).as("killed, seed %s", seed).isPositive();
    }

    /** Migrates in a process of its own, and prints when it begins. */
    static final class Migrator {
        private Migrator() {}

        public static void main(String[] arguments) {
            PinPaths paths =
                    new PinPaths(Path.of(arguments[0]).resolve("tenant"), PinOptions.defaults(), MapAccess.READ_WRITE);
            PinnedMapMigrator migration = new PinnedMapMigrator(
                    AFTER,
                    AFTER,
                    "tenant",
                    PinnedCounts.from(BEFORE),
                    new KernelMapFactory(),
                    new PinLock(new KernelPins(), paths));
            System.out.println("begins");
            migration.run(true);
        }
    }
}
