/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.InnerMapCompatibility;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares InnerMapCompatibility with the kernel's answer to the update. */
@KernelTest
class KernelShapeTest {
    private final KernelMapFactory maps = new KernelMapFactory();

    /**
     * Each type with its key size, value size and flags. PERCPU_ARRAY is left out: kernels before 7.1 take one of another
     * length, though they read past its end.
     */
    @ParameterizedTest
    @CsvSource({
        "HASH, 4, 8, 0",
        "HASH, 4, 8, 1",
        "ARRAY, 4, 8, 0",
        "ARRAY, 4, 8, 0x1000",
        "PERF_EVENT_ARRAY, 4, 4, 0",
        "PERCPU_HASH, 4, 8, 0",
        "STACK_TRACE, 4, 8, 0",
        "CGROUP_ARRAY, 4, 4, 0",
        "LRU_HASH, 4, 8, 0",
        "LRU_PERCPU_HASH, 4, 8, 0",
        "LPM_TRIE, 8, 8, 1",
        "DEVMAP, 4, 4, 0",
        "DEVMAP_HASH, 4, 8, 0",
        "SOCKMAP, 4, 4, 0",
        "SOCKHASH, 4, 4, 0",
        "CPUMAP, 4, 4, 0",
        "XSKMAP, 4, 4, 0",
        "REUSEPORT_SOCKARRAY, 4, 8, 0",
        "QUEUE, 0, 8, 0",
        "STACK, 0, 8, 0",
        "RINGBUF, 0, 0, 0",
        "USER_RINGBUF, 0, 0, 0"
    })
    void rejectsAnotherLengthIfTheKernelDoes(MapKind kind, int keySize, int valueSize, String flags) {
        int length = keySize + valueSize == 0 ? 4096 : 1; // a ring buffer consists of whole pages
        MapShape declared = new MapShape("inner", kind, keySize, valueSize, length, Long.decode(flags));
        RawMap prototype = maps.create(declared, null);
        RawMap outer = maps.create(new MapShape("outer", MapKind.HASH_OF_MAPS, 4, 4, 1, 0), prototype);
        RawMap longer = maps.create(declared.withMaxEntries(2L * length), null);
        OffHeapBlock key = OffHeapBlock.allocate(4);
        try {
            assertThat(outer.update(key, 0, longer, 0))
                    .isEqualTo(
                            InnerMapCompatibility.difference(declared, longer.shape())
                                            .isPresent()
                                    ? -ErrnoNumbers.EINVAL
                                    : 0);
            assertThat(InnerMapCompatibility.difference(declared, prototype.shape()))
                    .isEmpty();
            assertThat(outer.update(key, 0, prototype, 0)).isZero();
        } finally {
            longer.close();
            prototype.close();
            outer.close();
        }
    }
}
