/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.MapKind;
import org.junit.jupiter.api.Test;

/** A map that does not fit a slot is rejected with every difference. */
class InnerMapCompatibilityTest {
    @Test
    void comparesTheLengthIfProgramsRelyOnIt() {
        assertThat(InnerMapCompatibility.difference(shape(MapKind.HASH, 4, 8, 1, 0), shape(MapKind.HASH, 4, 8, 2, 0)))
                .isEmpty();
        assertThat(InnerMapCompatibility.difference(shape(MapKind.ARRAY, 4, 8, 1, 0), shape(MapKind.ARRAY, 4, 8, 2, 0)))
                .hasValueSatisfying(why -> assertThat(why)
                        .startsWith("max_entries 2 instead of 1 (")
                        .contains("BPF_F_INNER_MAP"));
        assertThat(InnerMapCompatibility.difference(
                        shape(MapKind.ARRAY, 4, 8, 1, 1 << 12), shape(MapKind.ARRAY, 4, 8, 2, 1 << 12)))
                .isEmpty();
        assertThat(InnerMapCompatibility.difference(
                        shape(MapKind.PERCPU_ARRAY, 4, 8, 64, 0), shape(MapKind.PERCPU_ARRAY, 4, 8, 2, 0)))
                .hasValueSatisfying(why -> assertThat(why)
                        .startsWith("max_entries 2 instead of 64 (")
                        .contains("before Linux 7.1"));
        assertThat(InnerMapCompatibility.difference(
                        shape(MapKind.XSKMAP, 4, 4, 1, 0), shape(MapKind.XSKMAP, 4, 4, 2, 0)))
                .isPresent();
    }

    @Test
    void acceptsAnyLengthIfTheSizeIsOpen() {
        assertThat(InnerMapCompatibility.difference(shape(MapKind.ARRAY, 4, 8, 0, 0), shape(MapKind.ARRAY, 4, 8, 2, 0)))
                .isEmpty();
    }

    @Test
    void ignoresTheFlagsOfFileDescriptors() {
        assertThat(InnerMapCompatibility.difference(shape(MapKind.HASH, 4, 8, 1, 0), shape(MapKind.HASH, 4, 8, 1, 8)))
                .isEmpty();
        assertThat(InnerMapCompatibility.difference(
                        shape(MapKind.DEVMAP, 4, 4, 1, 0), shape(MapKind.DEVMAP, 4, 4, 1, 128)))
                .isEmpty();
    }

    @Test
    void onlyOtherLengthsAndFlagsAreUsable() {
        MapShape array = shape(MapKind.ARRAY, 4, 8, 1, 0);
        MapShape perCpu = shape(MapKind.PERCPU_ARRAY, 4, 8, 2, 0);

        assertThat(InnerMapCompatibility.isUsable(array, shape(MapKind.ARRAY, 4, 8, 2, 1 << 12)))
                .isTrue();
        assertThat(InnerMapCompatibility.isUsable(array, shape(MapKind.ARRAY, 4, 16, 1, 0)))
                .isFalse();
        assertThat(InnerMapCompatibility.isUsable(array, shape(MapKind.HASH, 4, 8, 1, 0)))
                .isFalse();
        assertThat(InnerMapCompatibility.isUsable(perCpu, perCpu.withFlags(4))).isTrue();
        assertThat(InnerMapCompatibility.isUsable(perCpu, perCpu.withMaxEntries(1)))
                .isFalse();
    }

    private static MapShape shape(MapKind kind, int keySize, int valueSize, long maxEntries, long flags) {
        return new MapShape("m", kind, keySize, valueSize, maxEntries, flags);
    }
}
