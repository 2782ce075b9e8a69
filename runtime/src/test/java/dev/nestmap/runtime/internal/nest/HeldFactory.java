/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.backend.DelegatingFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Creates outer maps whose changes block until {@link #release}. The thread spins, as in a system call: a virtual thread keeps
 * its carrier.
 */
public final class HeldFactory extends DelegatingFactory {
    private volatile boolean released;

    public HeldFactory(MapFactory factory) {
        super(factory);
    }

    /** Unblocks all changes. */
    public void release() {
        released = true;
    }

    @Override
    public RawMap create(MapShape shape, @Nullable RawMap prototype) {
        RawMap map = super.create(shape, prototype);
        return prototype == null ? map : new Held(map);
    }

    private void hold() {
        while (!released) {
            Thread.onSpinWait();
        }
    }

    private final class Held extends DelegatingMap {
        Held(RawMap map) {
            super(map);
        }

        @Override
        public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
            hold();
            return super.update(block, keyAt, inner, flags);
        }

        @Override
        public int updateBatch(Batch keys, List<RawMap> inners) {
            hold();
            return super.updateBatch(keys, inners);
        }
    }
}
