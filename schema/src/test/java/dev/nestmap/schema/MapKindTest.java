/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.annotations.MapType;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of map types is complete and consistent. */
class MapKindTest {
    @Test
    void theAnnotationsNameEverySupportedType() {
        Set<MapKind> named = Arrays.stream(MapType.values())
                .filter(type -> type != MapType.RHASH_OR_HASH)
                .map(type -> MapKind.valueOf(type.name()))
                .collect(Collectors.toSet());

        assertThat(named).isEqualTo(MapKind.where(MapKind::isSupported));
    }

    @Test
    void rowsAreConsistent() {
        assertThat(MapKind.values()).allSatisfy(kind -> {
            assertThat(kind.flags() & kind.requiredFlags()).isEqualTo(kind.requiredFlags());
            assertThat(kind.flags() & kind.impliedFlags()).isZero();
            assertThat(kind.keySizes().contains(4))
                    .isEqualTo(kind.keyRule() == MapKind.KeyRule.ANY
                            || kind.keyRule().isNumber()
                            || kind.isStorage());
        });
    }

    @Test
    void printsSizesForMessages() {
        assertThat(MapKind.LPM_TRIE.keySizes()).hasToString("5 to 260 bytes");
        assertThat(MapKind.XSKMAP.valueSizes(0)).hasToString("4 bytes");
        assertThat(MapKind.SOCKMAP.valueSizes(0)).hasToString("4 or 8 bytes");
        assertThat(MapKind.HASH.keySizes()).hasToString("1 byte or more");
        assertThat(MapKind.STACK_TRACE.valueSizes(0)).hasToString("8, 16, ... or 1016 bytes");
        assertThat(MapKind.STACK_TRACE.valueSizes(MapFlags.STACK_BUILD_ID)).hasToString("32, 64, ... or 4064 bytes");
    }

    @Test
    void isFoundByTheKernelsNumber() {
        for (MapKind kind : MapKind.values()) {
            assertThat(MapKind.ofNumber(kind.number())).contains(kind);
        }
        assertThat(MapKind.ofNumber(0)).isEmpty();
        assertThat(MapKind.HASH_OF_MAPS.number()).isEqualTo(13);
        assertThat(MapKind.HASH_OF_MAPS.cName()).isEqualTo("BPF_MAP_TYPE_HASH_OF_MAPS");
    }

    @Test
    void fixesTheLengthOfInnerMapsWhereProgramsRelyOnIt() {
        assertThat(Arrays.stream(MapKind.values()).filter(kind -> kind.fixesLength(0)))
                .containsExactly(MapKind.ARRAY, MapKind.PERCPU_ARRAY, MapKind.XSKMAP);
        assertThat(MapKind.ARRAY.fixesLength(MapFlags.INNER_MAP)).isFalse();
    }
}
