/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Closes maps that another process took out of their slots, so that neither file descriptors nor kernel memory pile up. */
final class StaleInnerMaps {
    private final OpenInnerMaps inners;
    private final Supplier<Set<Integer>> idsInSlots;

    /** Maps of other processes that were opened since the last scan. */
    private final AtomicLong opened = new AtomicLong();

    /**
     * How many maps may be opened before the next scan: as many as were known at the last one, or were in slots, whichever is larger. So the
     * scans take little time for each map that is opened.
     */
    private volatile long opensUntilScan;

    /** @param idsInSlots reads the ids of the inner maps from the outer map */
    StaleInnerMaps(OpenInnerMaps inners, Supplier<Set<Integer>> idsInSlots) {
        this.inners = inners;
        this.idsInSlots = idsInSlots;
    }

    /** Called after a map of another process was opened. Scans the outer map occasionally. */
    void closeOccasionally() {
        if (opened.incrementAndGet() >= opensUntilScan) {
            opened.set(0);
            close();
        }
    }

    private void close() {
        long start = inners.now();
        Set<Integer> inSlots = idsInSlots.get();
        List<OpenInnerMap> known = inners.known();
        for (OpenInnerMap inner : known) {
            // The scan may have missed a map that was put into a slot after its start.
            inners.closeIf(inner, () -> inner.lastChange() <= start && !inSlots.contains(inner.id()), inners.gone());
        }
        opensUntilScan = Math.max(known.size(), inSlots.size());
    }
}
