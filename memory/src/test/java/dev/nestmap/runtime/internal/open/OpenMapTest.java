/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import dev.nestmap.types.ByteString;
import org.junit.jupiter.api.Test;

/** A handle is valid until it is closed. */
class OpenMapTest {
    private final RawMap raw = new HeapMapFactory().create(new MapShape("m", MapKind.HASH, 4, 4, 1, 0), null);
    private final OpenMap map = new OpenMap("m", raw);

    @Test
    void newHandlesKnowThatThereIsAnotherOne() {
        OpenMap other = map.duplicate();

        assertThat(other.uses().mayHaveReduced()).isTrue();
        assertThat(map.uses().mayHaveReduced()).isTrue();
        other.close();
    }

    /** Removals of entries and scans that don't come to the end count nothing, and two scans are not added up. */
    @Test
    void countsTheEntriesOfCompleteScans() {
        MapShape shape = new MapShape("m", MapKind.HASH, 4, 28, 1000, 0);
        RawMap large = new HeapMapFactory().create(shape, null);
        OffHeapBlock entry = OffHeapBlock.allocate(40);
        for (int key = 0; key < 900; key++) {
            entry.bytes().putInt(0, key);
            assertThat(large.update(entry, 0, 8, 0)).isZero();
        }
        OpenMap full = new OpenMap("m", large)
                .takenOutOf(new FormerSlot("tenant", ByteString.of(new byte[4]), 1, FormerSlot.now(), false, ""));
        BatchScan one = new BatchScan(full);
        BatchScan other = new BatchScan(full);
        assertThat(one.next()).isTrue();
        assertThat(other.next()).isTrue();
        assertThat(full.scanned()).as("neither scan is complete").isZero();
        while (one.next() || other.next()) {
            assertThat(full.wasFull()).isFalse();
        }
        assertThat(full.scanned()).isEqualTo(900);

        Batch removed = new Batch(full, 1000);
        removed.begin(1000);
        for (int key = 0; key < 1000; key++) {
            removed.memory().bytes().putInt(removed.keyAt(key), key);
        }
        while (removed.done() < removed.count()) {
            full.batch(BatchCommand.DELETE, removed);
            removed.advance(1);
        }

        assertThat(full.wasFull()).isFalse();
        assertThat(full.scanned()).isEqualTo(900);
        full.close();
    }
}
