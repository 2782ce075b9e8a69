/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** An object in the Java heap creates and closes all its maps, or none. */
class HeapObjectTest {
    private static final MapDef PLAIN =
            new MapDef("plain", MapRole.PLAIN, MapKind.HASH, 4, 0, Scalar.U32, Scalar.U64, null);
    private static final MapDef INNER =
            new MapDef("inner", MapRole.INNER, MapKind.HASH, 4, 0, Scalar.U32, Scalar.U64, null);
    private static final MapDef OUTER =
            new MapDef("outer", MapRole.OUTER, MapKind.HASH_OF_MAPS, 4, 0, Scalar.U32, null, "inner");

    @Test
    void closesEverythingThatItCreated() {
        int before = lastId();
        HeapObject object = new HeapObject(schema(PLAIN, INNER, OUTER), Map.of("rate", new byte[] {1, 2, 3, 4}));
        OffHeapBlock entry = OffHeapBlock.allocate(16);
        RawMap section = Objects.requireNonNull(object.sections().get(".data"));
        assertThat(section.lookup(entry, 0, 8)).isZero();
        byte[] content = new byte[8];
        entry.bytes().get(8, content);
        assertThat(content).containsExactly(0, 0, 0, 0, 1, 2, 3, 4);
        assertThat(object.offsets()).isEqualTo(Map.of("flag", 0L, "rate", 4L));
        assertThat(object.maps()).containsOnlyKeys("plain", "outer");

        object.close();

        assertNothingIsLeft(before);
    }

    @Test
    void rejectsAValueOfAnUnknownVariable() {
        Map<String, byte[]> values = Map.of("speed", new byte[4]);

        assertThatThrownBy(() -> new HeapObject(schema(PLAIN), values)).hasMessage("the object has no variable speed");
    }

    @Test
    void closesItsMapsIfOneCanNotBeCreated() {
        MapDef wrong = new MapDef("wrong", MapRole.PLAIN, MapKind.ARRAY, 4, 0, Scalar.U64, Scalar.U64, null);
        int before = lastId();

        assertBpfException(() -> new HeapObject(schema(PLAIN, INNER, OUTER, wrong)), "wrong");

        assertNothingIsLeft(before);
    }

    @Test
    void aProgramReplacesTheOneWithItsName() {
        HeapObject object = new HeapObject(schema(PLAIN));
        UntypedProgram first = object.define("count", "xdp", (packet, context) -> 1);
        UntypedProgram other = object.define("drop", "xdp", (packet, context) -> 2);

        UntypedProgram second = object.define("count", "xdp", (packet, context) -> 3);

        assertThat(object.programs()).containsExactly(other, second);
        assertThat(first.id()).isNotEqualTo(second.id());
        object.close();
        assertBpfException(second::attach).hasMessage("attach of program count: its object is closed");
    }

    private static Schema schema(MapDef... maps) {
        List<GlobalDef> globals =
                List.of(new GlobalDef("flag", ".data", Scalar.U8), new GlobalDef("rate", ".data", Scalar.U32));
        return new Schema("", "object", List.of(), List.of(), List.of(maps), globals);
    }

    private static int lastId() {
        RawMap map = new HeapMapFactory().create(new MapShape("m", MapKind.HASH, 4, 4, 1, 0), null);
        map.close();
        return map.id();
    }

    /** Tests of other classes do not run at the same time, so the ids between are those of the object. */
    private static void assertNothingIsLeft(int before) {
        int last = lastId();
        assertThat(last).isGreaterThan(before + 1);
        for (int id = before; id <= last; id++) {
            assertThat(HeapMap.withId(id))
                    .as("map %d of %d to %d", id, before, last)
                    .isNull();
        }
    }
}
