/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.ReadBatch;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Closes maps that another process took out of their slots, so that neither file descriptors nor kernel memory pile up. */
final class StaleInnerMaps {
    private final LeasedMap outer;
    private final OpenInnerMaps inners;

    /** Maps of other processes that were opened since the last scan. */
    private final AtomicLong opened = new AtomicLong();

    /** The number of maps that stayed open after the last scan, or that the scan found in slots, whichever is larger. */
    private volatile long openedBetweenScans;

    StaleInnerMaps(LeasedMap outer, OpenInnerMaps inners) {
        this.outer = outer;
        this.inners = inners;
    }

    /**
     * Called after a map of another process was opened. Scans the outer map only if, since the last scan, as many maps were opened as were
     * open then, and as the scan found.
     */
    void closeOccasionally() {
        if (opened.incrementAndGet() >= openedBetweenScans) {
            opened.set(0);
            close();
        }
    }

    private void close() {
        long start = inners.now();
        Set<Integer> inSlots = new HashSet<>();
        for (BatchScan scan = new BatchScan(outer); scan.next(); ) {
            ReadBatch batch = scan.batch();
            for (int i = 0; i < batch.count(); i++) {
                inSlots.add(batch.values().bytes().getInt(i * Integer.BYTES));
            }
        }
        List<OpenInnerMap> known = inners.known();
        for (OpenInnerMap inner : known) {
            // The scan may have missed a map that was put into a slot after its start.
            inners.closeIf(inner, () -> inner.lastChange() <= start && !inSlots.contains(inner.id()), inners.gone());
        }
        openedBetweenScans = Math.max(known.size(), inSlots.size());
    }
}
