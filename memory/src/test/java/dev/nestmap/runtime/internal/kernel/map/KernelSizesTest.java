/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.Pages;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.KeyRule;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.rules.KernelRules;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.OpaqueType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that the rules, and for tries also maps in memory, reject exactly the key and value sizes that the running kernel rejects. */
@KernelTest
class KernelSizesTest {
    private static final int[] KEYS = {1, 4, 5, 8, 12, 259, 260, 261, 512, 513};

    /** The last two are the limit of a trie on Linux 6.1, and the first value above that of newer kernels, which is 16 bytes larger. */
    private static final int[] VALUES = {1, 4, 8, 12, 16, 32, 1016, 1024, 4064, 4_194_008, 4_194_025};

    private final MapFactory kernel = new KernelMapFactory();

    /** The types that accept only some sizes of values. */
    static Stream<MapKind> kinds() {
        return MapKind.where(kind -> kind.hasEntries()
                        && !kind.isRing()
                        && !kind.isMapOfMaps()
                        && !kind.valueSizes(0).contains(1 << 30))
                .stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void keysAndValues(MapKind kind) {
        KernelAssumptions.assume(kind);
        Pages.assumeSmallest();
        List<String> differences = new ArrayList<>();
        int goodKey = kind.keyRule() == KeyRule.PREFIX ? 8 : 4;
        for (int key : KEYS) {
            compare(kind, key, kind.descriptorSize() == 4 ? 4 : 8, differences);
        }
        for (int value : VALUES) {
            compare(kind, goodKey, value, differences);
        }

        assertThat(differences).isEmpty();
    }

    /** The rules have the limit of newer kernels. Linux 6.1 refuses the 16 largest values, because the nodes of its tries are larger. */
    @Test
    void theLargestValuesOfATrie() {
        Pages.assumeSmallest();
        assumeTrue(isTaken(kernel, map(MapKind.LPM_TRIE, 8, 4_194_009)), "the kernel has the limit of Linux 6.1");
        List<String> differences = new ArrayList<>();
        for (int value = 4_194_009; value <= 4_194_025; value++) {
            compare(MapKind.LPM_TRIE, 8, value, differences);
        }

        assertThat(differences).isEmpty();
    }

    private static MapDef map(MapKind kind, int key, int value) {
        return new MapDef(
                "m", MapRole.PLAIN, kind, 1, kind.requiredFlags(), opaque(key, "key"), opaque(value, "value"), null);
    }

    private void compare(MapKind kind, int key, int value, List<String> differences) {
        MapDef map = map(kind, key, value);
        boolean inKernel = isTaken(kernel, map);
        boolean byRules = KernelRules.check(new Schema("", "h", List.of(), List.of(), List.of(map)))
                .isEmpty();
        boolean inHeap = kind == MapKind.LPM_TRIE ? isTaken(new HeapMapFactory(), map) : inKernel;
        if (inKernel != byRules || inKernel != inHeap) {
            differences.add("key of " + key + ", value of " + value + ": the kernel " + (inKernel ? "takes" : "refuses")
                    + " it, the rules " + (byRules ? "take" : "refuse") + " it");
        }
    }

    private static boolean isTaken(MapFactory factory, MapDef map) {
        try {
            factory.create(MapShape.of(map), null).close();
            return true;
        } catch (BpfException e) {
            return false;
        }
    }

    private static @Nullable CType opaque(int size, String what) {
        return size == 0 ? null : new OpaqueType(size, 4, what);
    }
}
