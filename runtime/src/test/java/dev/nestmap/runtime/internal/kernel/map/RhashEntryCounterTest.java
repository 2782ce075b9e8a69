/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.map.RhashEntryCounter.Sizes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapKind;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The memory of a map yields its number of entries on Linux 7.3, and none on kernels that count their memory otherwise. */
class RhashEntryCounterTest {
    private static final MapShape SHAPE = new MapShape("m", MapKind.RHASH, 4, 16, 5000, MapKind.RHASH.requiredFlags());

    /** 528 bytes of an empty map, and a header of 16 bytes for each entry. */
    private static final Sizes KNOWN = Sizes.of(528, 560, 528 + 256 * 32);

    @Test
    void dividesTheMemoryByTheSizeOfAnEntry() {
        assertThat(KNOWN).isEqualTo(new Sizes(528, 16));
        assertThat(KNOWN.entries(528, SHAPE)).isZero();
        assertThat(KNOWN.entries(528 + 7 * 40, SHAPE)).isEqualTo(7);
    }

    @Test
    void failsIfTheMemoryIsNoMultipleOfIt() {
        requireFailure(() -> KNOWN.entries(528 + 41, SHAPE));
        requireFailure(() -> KNOWN.entries(527, SHAPE));
    }

    /** 64 buckets of 8 bytes in a small map, and 512 in a large one. */
    @Test
    void failsIfTheKernelCountsBuckets() {
        requireFailure(() -> Sizes.of(528 + 64 * 8, 560 + 64 * 8, 528 + 256 * 32 + 512 * 8));
    }

    @Test
    void failsIfTheKernelCountsNoEntries() {
        requireFailure(() -> Sizes.of(528, 528, 528));
    }

    private static void requireFailure(ThrowingCallable count) {
        assertThatThrownBy(count)
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("this kernel counts in a way that this version of Nestmap does not know");
    }

    /** The kernel moves the entries to larger tables meanwhile. */
    @Test
    @KernelTest
    void countsWhatTheKernelCounts() {
        KernelAssumptions.assume(MapKind.RHASH);
        try (RawMap map = new KernelMapFactory().create(SHAPE, null)) {
            OffHeapBlock entry = OffHeapBlock.allocate(24);
            for (int i = 0; i < 3000; i++) {
                entry.bytes().putInt(0, i);
                assertThat(map.update(entry, 0, 8, RawMap.ANY)).isZero();
            }

            assertThat(map.entries()).isEqualTo(3000);
        }
    }
}
