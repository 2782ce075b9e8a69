/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.annotations.InnerType;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterType;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MapKindTest {
    @Test
    void everyTypeOfTheAnnotationsIsKnown() {
        assertThat(Arrays.stream(OuterType.values()).map(MapKind::of)).allMatch(MapKind::isMapOfMaps);
        assertThat(Arrays.stream(InnerType.values()).map(MapKind::of)).noneMatch(MapKind::isMapOfMaps);
        assertThat(Arrays.stream(MapType.values()).map(MapKind::of)).noneMatch(MapKind::isMapOfMaps);
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
