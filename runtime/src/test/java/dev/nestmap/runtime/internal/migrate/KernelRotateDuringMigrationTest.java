/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static dev.nestmap.runtime.internal.migrate.PinnedCounts.AFTER;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.BEFORE;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.COUNTS;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.FLOW;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.migrate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.existing.ObjectlessMapOpener;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.Interleaving;
import dev.nestmap.runtime.testing.KernelTestOnOneJdk;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.Schema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process rotates while another one migrates: each count is in one map, and a refusal says why. */
@KernelTestOnOneJdk
@Timeout(300)
class KernelRotateDuringMigrationTest extends PinningTest {
    private static final int TENANT = 2;
    private static final List<String> REASONS = List.of("owns the pin", "another map is pinned");

    private final Interleaving interleaving = new Interleaving();

    @Test
    void noCountIsLostOrDoubled() throws IOException {
        TreeSet<String> outcomes = new TreeSet<>();
        boolean inserted = true;
        for (int n = 0; inserted; n++) {
            PinnedCounts.create(BEFORE, fs);
            ObjectlessMap other = open();
            Nest slots = Objects.requireNonNull(other.state());
            String[] ends = {"", ""};
            inserted = interleaving.run(
                    () -> ends[0] = end(() -> migrate(BEFORE, AFTER, interleaving.pins(), fs)),
                    n,
                    () -> ends[1] = end(() -> rotate(slots)));
            slots.close("the process ends");
            other.map().close();
            verify("before operation " + n, ends[0].equals("done") ? AFTER : BEFORE);
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
        PinOptions options = PinOptions.defaults();
        return new ObjectlessMapOpener(new ExistingMapFinder(BEFORE, BEFORE, new KernelMapFactory(), new KernelPins()))
                .open(
                        BEFORE.map("tenant").orElseThrow(),
                        new PinPaths(fs.pin("tenant"), options, MapAccess.READ_WRITE),
                        true);
    }

    /** Rotates. The displaced map waits. */
    private static void rotate(Nest slots) {
        byte[] key = ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(TENANT)
                .array();
        for (SlotChange change : slots.rotate(List.of(new SlotKey(TENANT, key)), false)) {
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
        for (Path pin : new KernelPins().list(fs.pin("tenant-draining"))) {
            try (RawMap waiting = Objects.requireNonNull(new KernelPins().open(pin, MapAccess.READ_ONLY))) {
                assertThat(counts.put(TENANT, PinnedCounts.packets(waiting, FLOW)))
                        .as(when)
                        .isEmpty();
            }
        }
        assertThat(counts).as(when).isEqualTo(COUNTS);
    }
}
