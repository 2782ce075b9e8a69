/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotOperations;
import dev.nestmap.runtime.internal.map.WriteBatch;
import dev.nestmap.runtime.internal.memory.Block;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Objects;

/** The slots of an outer map. The kernel takes an inner map as the number of a file descriptor. */
final class KernelSlots implements SlotOperations {
    private final KernelMap outer;

    KernelSlots(KernelMap outer) {
        this.outer = outer;
    }

    @Override
    public int update(Block block, int keyAt, RawMap inner, long flags) {
        if (!outer.shape().kind().isMapOfMaps()) {
            return -ErrnoNumbers.EINVAL; // the kernel would read a larger value than the descriptor
        }
        Block value = Block.allocate(Integer.BYTES);
        value.bytes().putInt(0, KernelMap.of(inner).fd());
        try {
            return Native.libbpf().bpf_map_update_elem(outer.fd(), outer.key(block, keyAt), value.address(), flags);
        } finally {
            Reference.reachabilityFence(block);
            Reference.reachabilityFence(value);
        }
    }

    @Override
    public int updateBatch(WriteBatch keys, List<RawMap> inners) {
        Objects.checkFromIndexSize(0, keys.count(), inners.size());
        for (int i = 0; i < keys.count(); i++) {
            keys.block()
                    .bytes()
                    .putInt(keys.valueAt(i), KernelMap.of(inners.get(i)).fd());
        }
        return outer.updateBatch(keys);
    }

    @Override
    public boolean sharesGracePeriods() {
        return KernelFeature.SHARED_GRACE_PERIODS.isPresent();
    }
}
