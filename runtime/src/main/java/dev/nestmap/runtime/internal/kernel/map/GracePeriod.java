/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.MapKind;

/**
 * Waits until programs that were running have ended.
 *
 * <p>User space has no system call for this. {@code membarrier} only orders the memory of threads. An update of an outer map calls {@code
 * synchronize_rcu} ({@code maybe_wait_bpf_programs} in {@code kernel/bpf/syscall.c}, Linux 4.20 to 6.18), so this class makes one. It does
 * not wait for sleepable programs. No link whose program Nestmap replaces has a sleepable program.
 */
public final class GracePeriod {
    private static final MapShape INNER = new MapShape("grace_inner", MapKind.ARRAY, 4, 4, 1, 0);
    private static final MapShape OUTER = new MapShape("grace_period", MapKind.ARRAY_OF_MAPS, 4, 4, 1, 0);

    private GracePeriod() {}

    /**
     * Waits, for about 10 ms.
     *
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the maps
     */
    public static void await() {
        KernelMaps maps = new KernelMaps();
        RawMap inner = maps.create(INNER, null);
        try {
            RawMap outer = maps.create(OUTER, inner);
            try {
                int result = outer.update(Block.allocate(Integer.BYTES), 0, inner, 0);
                if (result != 0) {
                    throw MapOperation.UPDATE.failed(OUTER, 0, result);
                }
            } finally {
                outer.close();
            }
        } finally {
            inner.close();
        }
    }
}
