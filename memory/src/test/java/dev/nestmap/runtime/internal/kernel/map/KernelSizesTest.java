/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.Pages;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.KeyRule;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.OpaqueType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks that the rules, and for tries also maps in memory, reject exactly the key and value sizes that the running kernel rejects, and that
 * it has the limits of {@link MapKind}.
 */
@KernelTest
class KernelSizesTest {
    private static final int[] KEYS = {1, 4, 5, 8, 12, 16, 20, 24, 259, 260, 261, 512, 513};

    /** The limits of values, and the sizes above them. That of a trie is 16 bytes smaller on Linux 6.1, and not among them. */
    private static final int[] VALUES = {
        1,
        4,
        8,
        12,
        16,
        32,
        1016,
        1024,
        4064,
        32_761,
        32_768,
        32_769,
        65_407,
        65_408,
        4_194_008,
        4_194_025,
        4 << 20,
        (4 << 20) + 1
    };

    private final MapFactory kernel = new KernelMapFactory();

    /** The types that accept only some sizes of values. Storages of sockets, files, tasks and groups need BTF: {@link KernelFlagsTest} has them. */
    static Stream<MapKind> kinds() {
        return MapKind.where(kind -> kind.hasEntries()
                        && !kind.isRing()
                        && !kind.isMapOfMaps()
                        && kind.keyRule() != KeyRule.OWNER
                        && Math.min(kind.valueSizes(0).max(), kind.maxValueSize()) < 1 << 30)
                .stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void keysAndValues(MapKind kind) {
        KernelAssumptions.assume(kind);
        Pages.assumeSmallest();
        List<String> differences = new ArrayList<>();
        int goodKey = switch (kind.keyRule()) {
            case NONE -> 0;
            case PREFIX, CGROUP -> 8;
            default -> 4;
        };
        for (int key : KEYS) {
            compare(kind, key, kind.descriptorSize() == 4 ? 4 : 8, differences);
        }
        for (int value : VALUES) {
            compare(kind, goodKey, value, differences);
        }
        if (!kind.isSized()) {
            compare(map(kind, goodKey, 8, 1), differences);
        }

        assertThat(differences).isEmpty();
    }

    /** The rules have the limit of newer kernels. Linux 6.1 refuses the 16 largest values, because the nodes of its tries are larger. */
    @Test
    void theLargestValuesOfATrie() {
        Pages.assumeSmallest();
        assumeTrue(errno(kernel, map(MapKind.LPM_TRIE, 8, 4_194_009)) == 0, "the kernel has the limit of Linux 6.1");
        List<String> differences = new ArrayList<>();
        for (int value = 4_194_009; value <= 4_194_025; value++) {
            compare(MapKind.LPM_TRIE, 8, value, differences);
        }

        assertThat(differences).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH"})
    void theLargestEntry(MapKind kind) {
        Pages.assumeSmallest();
        int most = Math.toIntExact(kind.maxEntrySize());

        assertThat(refusal(kind, 4, most - 4, 1)).isZero();
        assertThat(refusal(kind, 4, most - 3, 1)).isEqualTo(ErrnoNumbers.E2BIG);
        assertThat(refusal(kind, most - 1, 1, 1)).isZero();
        assertThat(refusal(kind, most, 1, 1)).isEqualTo(ErrnoNumbers.E2BIG);
    }

    @Test
    void theLargestKeyOfAnOuterMap() {
        Pages.assumeSmallest();
        int most = Math.toIntExact(MapKind.HASH_OF_MAPS.maxEntrySize()) - 4;

        assertThat(refusal(MapKind.HASH_OF_MAPS, most, 4, 1)).isZero();
        assertThat(refusal(MapKind.HASH_OF_MAPS, most + 1, 4, 1)).isEqualTo(ErrnoNumbers.E2BIG);
    }

    /** A map at the limit would take 2 GiB and more, so only the refusal is tried. */
    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH", "HASH_OF_MAPS", "SOCKHASH", "DEVMAP_HASH", "STACK_TRACE", "CPUMAP"})
    void theMostEntries(MapKind kind) {
        int value = kind == MapKind.SOCKHASH || kind == MapKind.STACK_TRACE ? 8 : 4;

        assertThat(refusal(kind, 4, value, 1)).isZero();
        assertThat(refusal(kind, 4, value, kind.maxEntries() + 1)).isIn(ErrnoNumbers.E2BIG, ErrnoNumbers.EINVAL);
    }

    @ParameterizedTest
    @EnumSource(names = {"ARRAY", "ARRAY_OF_MAPS"})
    void theKeyOfAnArray(MapKind kind) {
        assertThat(refusal(kind, 4, 4, 1)).isZero();
        assertThat(refusal(kind, 2, 4, 1)).isEqualTo(ErrnoNumbers.EINVAL);
        assertThat(refusal(kind, 8, 4, 1)).isEqualTo(ErrnoNumbers.EINVAL);
        int tooLarge = (int) (MapKind.ARRAY.maxValueSize() + 1); // a number without a sign
        assertThat(refusal(MapKind.ARRAY, 4, tooLarge, 1)).isEqualTo(ErrnoNumbers.E2BIG);
    }

    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH", "ARRAY", "HASH_OF_MAPS", "ARRAY_OF_MAPS"})
    void noEntries(MapKind kind) {
        assertThat(refusal(kind, 4, 4, 0)).isEqualTo(ErrnoNumbers.EINVAL);
    }

    private int refusal(MapKind kind, int key, int value, long maxEntries) {
        return KernelFlagsTest.errno(kernel, new MapShape("m", kind, key, value, maxEntries, kind.requiredFlags()));
    }

    private static MapDef map(MapKind kind, int key, int value) {
        return map(kind, key, value, kind.isSized() ? 1 : 0);
    }

    private static MapDef map(MapKind kind, int key, int value, long maxEntries) {
        return new MapDef(
                "m",
                MapRole.PLAIN,
                kind,
                maxEntries,
                kind.requiredFlags(),
                opaque(key, "key"),
                opaque(value, "value"),
                null);
    }

    private void compare(MapKind kind, int key, int value, List<String> differences) {
        compare(map(kind, key, value), differences);
    }

    private void compare(MapDef map, List<String> differences) {
        int inKernel = errno(kernel, map);
        boolean byRules = KernelFlagsTest.violations(map).isEmpty();
        int inHeap = map.kind().isInMemory() ? errno(new HeapMapFactory(), map) : inKernel;
        if ((inKernel == 0) != byRules || inKernel != inHeap) {
            differences.add(map + ": the kernel says " + inKernel + ", the heap " + inHeap + ", the rules "
                    + (byRules ? "take" : "refuse") + " it");
        }
    }

    private static int errno(MapFactory factory, MapDef map) {
        return KernelFlagsTest.errno(factory, MapShape.of(map));
    }

    private static @Nullable CType opaque(int size, String what) {
        return size == 0 ? null : new OpaqueType(size, 4, what);
    }
}
