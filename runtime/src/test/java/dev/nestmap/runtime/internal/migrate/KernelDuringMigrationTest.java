/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static dev.nestmap.runtime.internal.migrate.PinnedCounts.AFTER;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.BEFORE;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.COUNTS;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.migrate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.Interleaving;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process opens, rotates or migrates while another one migrates: each count is in one map, and a refusal says why. */
@KernelTest
@Timeout(300)
class KernelDuringMigrationTest extends PinningTest {
    private static final Schema READ_BEFORE = PinnedCounts.readOnly(BEFORE);
    private static final Schema READ_AFTER = PinnedCounts.readOnly(AFTER);
    private static final int TENANT = 2;
    private static final List<String> REASONS = List.of("owns the pin", "another map is pinned");
    private final Interleaving interleaving = new Interleaving();

    @Test
    void theNewVersionGetsTheNewMapOrIsRejected() throws IOException {
        List<Boolean> accepted = openDuringMigration(READ_AFTER);

        assertThat(accepted.get(0)).as("after the migration").isTrue();
        assertThat(accepted.get(1))
                .as("if the map is replaced before it is compared")
                .isTrue();
        assertThat(accepted.get(accepted.size() - 1)).as("before the migration").isFalse();
    }

    @Test
    void theOldVersionIsRejectedIfTheMapWasReplaced() throws IOException {
        List<Boolean> accepted = openDuringMigration(READ_BEFORE);

        assertThat(accepted.subList(0, accepted.size() - 1)).containsOnly(false);
        assertThat(accepted.get(accepted.size() - 1)).as("before the migration").isTrue();
    }

    /**
     * Opens the map and migrates it before each operation on pins. Returns whether the map was opened; the last time without a
     * migration.
     */
    private List<Boolean> openDuringMigration(Schema version) throws IOException {
        List<Boolean> accepted = new ArrayList<>();
        boolean inserted = true;
        for (int n = 0; inserted; n++) {
            PinnedCounts.create(READ_BEFORE, fs);
            inserted = interleaving.run(
                    () -> accepted.add(opens(version)), n, () -> migrate(READ_AFTER, new KernelPins(), fs));
            mountAnew();
        }
        return accepted;
    }

    /** Whether the version opens the map; checks that the handle is then to the map that is pinned. */
    private boolean opens(Schema version) {
        ObjectlessMap opened;
        try {
            opened = opener(version, interleaving.pins())
                    .open(version.map("tenant").orElseThrow(), PinnedCounts.paths(fs, "tenant"), true);
        } catch (BpfException e) {
            return false;
        }
        RawMap pinned = Objects.requireNonNull(new KernelPins().open(fs.pin("tenant"), MapAccess.READ_ONLY));
        int id = opened.map().id();
        closeMap(opened);
        pinned.close();
        assertThat(id).as("the id of the map").isEqualTo(pinned.id());
        return true;
    }

    @Test
    void noCountIsLostOrDoubled() throws IOException {
        TreeSet<String> outcomes = new TreeSet<>();
        boolean inserted = true;
        for (int n = 0; inserted; n++) {
            PinnedCounts.create(READ_BEFORE, fs);
            ObjectlessMap other = open();
            Nest slots = Objects.requireNonNull(other.nest());
            String[] ends = {"", ""};
            inserted = interleaving.run(
                    () -> ends[0] = end(() -> migrate(READ_AFTER, interleaving.pins(), fs)),
                    n,
                    () -> ends[1] = end(() -> rotate(slots)));
            slots.close("the process ends");
            other.map().close();
            verify("before operation " + n, ends[0].equals("done") ? READ_AFTER : READ_BEFORE);
            if (inserted) {
                outcomes.add("migration: " + ends[0] + "; rotation: " + ends[1]);
            }
            mountAnew();
        }
        assertThat(outcomes)
                .containsExactly(
                        "migration: done; rotation: another map is pinned",
                        "migration: done; rotation: owns the pin",
                        "migration: owns the pin; rotation: done");
    }

    private ObjectlessMap open() {
        return opener(READ_BEFORE, new KernelPins())
                .open(READ_BEFORE.map("tenant").orElseThrow(), pinPaths("tenant"), true);
    }

    /** Rotates. The displaced map waits. */
    private static void rotate(Nest slots) {
        for (SlotChange change : slots.rotate(List.of(RawSlots.slot(TENANT)), false)) {
            BpfException failure = change.failure();
            if (failure != null) {
                throw failure;
            }
            change.giveBackDisplaced();
        }
    }

    private static String end(Runnable action) {
        try {
            action.run();
            return "done";
        } catch (BpfException e) {
            String message = String.valueOf(e.getMessage());
            return REASONS.stream().filter(message::contains).findFirst().orElse(message);
        }
    }

    /** Each count is once in the slots, which have the layout of this version, or in a map that waits. */
    private void verify(String when, Schema version) {
        Map<Integer, Map<Integer, Long>> counts = new HashMap<>(PinnedCounts.counts(version, fs));
        PinnedCounts.drained(fs, "tenant", version)
                .forEach((key, packets) ->
                        assertThat(counts.put(key, packets)).as(when).isEmpty());
        assertThat(counts).as(when).isEqualTo(COUNTS);
    }

    /** Two objects of one process migrate two maps of one set at the same time. One waits for the other: both use the directory of the next generation. */
    @Test
    @Tag("long")
    void eachCountComesOutOnce() throws IOException {
        TreeSet<String> outcomes = new TreeSet<>();
        boolean inserted = true;
        for (int n = Moments.first(); inserted; n += Moments.STEP) {
            PinnedCounts.create(BEFORE, fs);
            PinnedCounts.create(BEFORE, fs, "other");
            String[] ends = {"", ""};
            inserted = interleaving.run(
                    () -> ends[0] = upgrade("tenant", interleaving.pins()),
                    n,
                    () -> ends[1] = upgrade("other", interleaving.pins()));
            if (inserted) {
                outcomes.add(ends[0] + ", " + ends[1]);
            }
            String when = "before operation " + n + ": " + ends[0] + ", " + ends[1] + ", seed " + Moments.SEED;
            for (String pin : new String[] {"tenant", "other"}) {
                assertThat(upgrade(pin, new KernelPins())).as(when).isEqualTo("done");
                assertThat(PinnedCounts.drained(fs, pin, AFTER)).as(when).isEqualTo(COUNTS);
            }
            assertThat(fs.content())
                    .as(when)
                    .noneMatch(file -> file.matches("next.*|.*-retired.*"))
                    .contains("tenant", "other");
            mountAnew();
        }
        assertThat(outcomes).containsExactly("done, done");
    }

    /** Before each operation of the first one until it owns the pins, which it looks at before. */
    @Test
    void aSecondUpgradeIsNoUnknownVersion() throws IOException {
        String[] ends = {"", ""};
        for (int n = 0; !ends[1].equals("refused"); n++) {
            PinnedCounts.create(BEFORE, fs);
            interleaving.run(
                    () -> ends[0] = upgrade("tenant", interleaving.pins()),
                    n,
                    () -> ends[1] = upgrade("tenant", interleaving.pins()));
            assertThat(ends[0]).as("before operation " + n).isEqualTo("done");
            assertThat(PinnedCounts.drained(fs, "tenant", AFTER))
                    .as("before operation " + n)
                    .isEqualTo(COUNTS);
            mountAnew();
        }
    }

    /** Does what a load does with one outer map. */
    private String upgrade(String pin, Pins pins) {
        PinnedMapMigrator migrator =
                Upgrades.migrator(AFTER, AFTER, "tenant", new ClaimedPin(pins, PinnedCounts.paths(fs, pin)));
        try {
            Upgrades.complete(List.of(migrator));
            return "done";
        } catch (BpfException e) {
            assertThat(e.errno()).as(e.getMessage()).isEqualTo(Errno.EAGAIN);
            return "refused";
        }
    }
}
