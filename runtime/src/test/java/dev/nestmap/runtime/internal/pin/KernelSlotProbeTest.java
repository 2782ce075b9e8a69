/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.DelegatingFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.map.KernelMaps;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.outer.StandaloneMap;
import dev.nestmap.runtime.pin.Compared;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Asks the kernel whether an empty outer map accepts inner maps, as a process without CAP_PERFMON has to. */
@KernelTest
class KernelSlotProbeTest extends PinningTest {
    private static final MapDef FLOWS = flows(MapKind.HASH, Scalar.U64, 0);
    private static final MapDef OTHERS = flows(MapKind.HASH, Scalar.U32, 0);

    /** A factory that can't read prototypes, like that of a process without CAP_PERFMON. */
    private static final MapFactory UNPRIVILEGED = new DelegatingFactory(new KernelMaps());

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 8, 300})
    void theKernelComparesWithoutAChange(int keySize) {
        RawMap outer = outer(MapKind.HASH_OF_MAPS, new ArrayType(Scalar.U8, keySize));

        assertThat(SlotProbe.accepts(UNPRIVILEGED, outer, FLOWS)).contains(true);
        assertThat(SlotProbe.accepts(UNPRIVILEGED, outer, OTHERS)).contains(false);
        assertThat(SlotProbe.accepts(UNPRIVILEGED, outer, flows(MapKind.LRU_HASH, Scalar.U64, 0)))
                .contains(false);
        assertThat(SlotProbe.accepts(UNPRIVILEGED, outer, flows(MapKind.HASH, Scalar.U64, MapFlags.NO_PREALLOC)))
                .contains(false);
        assertThat(new InnerMapSamples(new KernelMaps(), new KernelPins()).find(outer, null))
                .as("still empty")
                .isNull();
        outer.close();
    }

    @Test
    void someMapsCantBeAsked() {
        RawMap array = outer(MapKind.ARRAY_OF_MAPS, Scalar.U32);
        RawMap shortKeys = outer(MapKind.HASH_OF_MAPS, Scalar.U16);

        assertThat(SlotProbe.accepts(UNPRIVILEGED, array, OTHERS)).isEmpty();
        assertThat(SlotProbe.accepts(UNPRIVILEGED, shortKeys, OTHERS)).isEmpty();
        array.close();
        shortKeys.close();
    }

    @Test
    void anEmptyHashOfOtherMapsIsRejected() {
        pin(outer(MapKind.HASH_OF_MAPS, Scalar.U32));

        assertThat(opened(MapKind.HASH_OF_MAPS, FLOWS, PinAccess.READ_WRITE)).isEqualTo(Compared.SIZES);
        assertThatThrownBy(() -> opened(MapKind.HASH_OF_MAPS, OTHERS, PinAccess.READ_WRITE))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining(
                        "inner maps that differ from flow_map: the kernel answers EINVAL to a HASH with 4 bytes in"
                                + " keys, 4 bytes in values and the flags 0")
                .hasMessageContaining("CAP_PERFMON");
        assertThat(opened(MapKind.HASH_OF_MAPS, OTHERS, PinAccess.READ_ONLY))
                .as("a reader can't ask")
                .isEqualTo(Compared.OUTER_MAP);
    }

    @Test
    void nothingIsKnownOfAnEmptyArrayOfMaps() {
        pin(outer(MapKind.ARRAY_OF_MAPS, Scalar.U32));

        assertThat(opened(MapKind.ARRAY_OF_MAPS, OTHERS, PinAccess.READ_WRITE)).isEqualTo(Compared.OUTER_MAP);
    }

    private Compared opened(MapKind kind, MapDef inner, PinAccess access) {
        MapDef outer = outerDef(kind, Scalar.U32);
        Schema schema = new Schema("com.acme.Network", "network", List.of(), List.of(), List.of(inner, outer));
        KernelPins pins = access == PinAccess.READ_ONLY ? KernelPins.forReading() : new KernelPins();
        StandaloneMap opened = new StandaloneMaps(new PinnedMaps(schema, schema, UNPRIVILEGED, pins))
                .open(outer, new PinPaths(fs.path("tenant"), PinOptions.asDeclared(), access), false);
        opened.map().close();
        return opened.compared();
    }

    private void pin(RawMap outer) {
        new KernelPins().pin(outer, fs.path("tenant"), PinOptions.asDeclared());
        outer.close();
    }

    private static RawMap outer(MapKind kind, CType key) {
        RawMap prototype = new KernelMaps().of(FLOWS).create(MapShape.of(FLOWS), null);
        try {
            return new KernelMaps().create(MapShape.of(outerDef(kind, key)), prototype);
        } finally {
            prototype.close();
        }
    }

    private static MapDef outerDef(MapKind kind, CType key) {
        return new MapDef("tenant", MapRole.OUTER, kind, 16, 0, key, null, "flow_map");
    }

    private static MapDef flows(MapKind kind, CType value, long flags) {
        return new MapDef("flow_map", MapRole.INNER, kind, 64, flags, Scalar.U32, value, null);
    }
}
