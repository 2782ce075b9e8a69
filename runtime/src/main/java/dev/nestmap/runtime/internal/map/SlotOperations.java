/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.memory.Block;
import java.util.List;

/**
 * Operations that put inner maps into the slots of an outer map. A slot is looked up, deleted and iterated like any other entry: see
 * {@link RawMap}.
 */
public interface SlotOperations {
    /** {@code BPF_MAP_UPDATE_ELEM}: puts {@code inner} into the slot with the key. Returns after a grace period. */
    int update(Block block, int keyAt, RawMap inner, long flags);

    /**
     * {@code BPF_MAP_UPDATE_BATCH} with {@link RawMap#ANY}: puts the inner maps into the slots in order, up to the first that the kernel
     * rejects. Returns after one grace period, or after one per slot: see {@link #sharesGracePeriods}.
     */
    int updateBatch(WriteBatch keys, List<RawMap> inners);

    /**
     * Whether a batch of updates or deletes waits for one grace period, and a lookup for none. Before Linux 6.8, a batch waits for one per
     * slot, and so does each lookup.
     */
    boolean sharesGracePeriods();
}
