/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.SlotContents.Slot;
import dev.nestmap.schema.SlotFillTime;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Slots are rejected that the map cannot hold. */
class SlotRulesTest {
    private static final StructType PAIR = StructType.of(
            "pair", List.of(new StructType.Member("port", Scalar.U16), new StructType.Member("on", Scalar.BOOL)));

    @Test
    void anArrayHasSlotsBelowItsSize() {
        assertThat(rules(MapKind.ARRAY_OF_MAPS, 4, 0, Scalar.U32, SlotFillTime.IN_OBJECT, slot(0), slot(3)))
                .isEmpty();
        assertThat(rules(MapKind.ARRAY_OF_MAPS, 4, 0, Scalar.U32, SlotFillTime.IN_OBJECT, slot(4)))
                .containsExactly(Rule.SLOT_BEYOND_ARRAY);
        assertThat(rules(MapKind.ARRAY_OF_MAPS, 0, 0, Scalar.U32, SlotFillTime.AT_LOAD, slot(4)))
                .as("the size is set at load time")
                .isEmpty();
        assertThat(rules(MapKind.HASH_OF_MAPS, 4, 0, Scalar.U32, SlotFillTime.IN_OBJECT, slot(4)))
                .as("a number, not an index")
                .isEmpty();
    }

    @Test
    void anObjectHasSlotsUpTo65535() {
        assertThat(rules(MapKind.HASH_OF_MAPS, 4, 0, Scalar.U32, SlotFillTime.IN_OBJECT, slot(65535)))
                .isEmpty();
        assertThat(rules(MapKind.HASH_OF_MAPS, 4, 0, Scalar.U32, SlotFillTime.IN_OBJECT, slot(65536)))
                .containsExactly(Rule.SLOT_BEYOND_OBJECT);
        assertThat(rules(MapKind.HASH_OF_MAPS, 4, 0, Scalar.S32, SlotFillTime.IN_OBJECT, slot(-1)))
                .containsExactly(Rule.SLOT_BEYOND_OBJECT);
        assertThat(rules(MapKind.HASH_OF_MAPS, 4, 0, Scalar.U32, SlotFillTime.AT_LOAD, slot(65536)))
                .isEmpty();
        assertThat(rules(MapKind.HASH_OF_MAPS, 4, 0, Scalar.S32, SlotFillTime.AT_LOAD, slot(-1)))
                .isEmpty();
    }

    @Test
    void anObjectNeedsAnIndex() {
        assertThat(rules(MapKind.HASH_OF_MAPS, 4, 0, Scalar.U64, SlotFillTime.IN_OBJECT, slot(1)))
                .containsExactly(Rule.SLOT_KEY_NOT_AN_INDEX);
        assertThat(rules(MapKind.HASH_OF_MAPS, 4, 0, Scalar.U64, SlotFillTime.AT_LOAD, slot(1)))
                .isEmpty();
        assertThat(rules(MapKind.ARRAY_OF_MAPS, 4, 0, Scalar.U64, SlotFillTime.IN_OBJECT, slot(1)))
                .as("another rule reports the key of an array")
                .containsExactly(Rule.ARRAY_KEY_NOT_AN_INDEX);
    }

    @Test
    void aSlotHasANumberForEachPartOfTheKey() {
        assertThat(rules(MapKind.HASH_OF_MAPS, 4, 0, PAIR, SlotFillTime.AT_LOAD, slot(65535, 1)))
                .isEmpty();
        assertThat(rules(MapKind.HASH_OF_MAPS, 4, 0, PAIR, SlotFillTime.AT_LOAD, slot(65536, 1)))
                .containsExactly(Rule.SLOT_OUT_OF_RANGE);
        assertThat(rules(MapKind.HASH_OF_MAPS, 4, 0, PAIR, SlotFillTime.AT_LOAD, slot(1, 2)))
                .containsExactly(Rule.SLOT_OUT_OF_RANGE);
        assertThat(rules(MapKind.HASH_OF_MAPS, 4, 0, PAIR, SlotFillTime.AT_LOAD, slot(1)))
                .containsExactly(Rule.SLOT_KEY_DOES_NOT_FIT);
        assertThat(rules(MapKind.HASH_OF_MAPS, 4, 0, PAIR, SlotFillTime.AT_LOAD, slot(1, 1, 1)))
                .containsExactly(Rule.SLOT_KEY_DOES_NOT_FIT);
        CType many = new ArrayType(Scalar.U8, 65);
        assertThat(rules(MapKind.HASH_OF_MAPS, 4, 0, many, SlotFillTime.AT_LOAD, slot(1)))
                .containsExactly(Rule.SLOTS_WITHOUT_NUMBERS);
    }

    @Test
    void aHashHasRoomForItsSlots() {
        Slot[] two = {slot(1), slot(2)};

        assertThat(rules(MapKind.HASH_OF_MAPS, 2, 0, Scalar.U32, SlotFillTime.IN_OBJECT, two))
                .isEmpty();
        assertThat(rules(MapKind.HASH_OF_MAPS, 1, 0, Scalar.U32, SlotFillTime.IN_OBJECT, two))
                .containsExactly(Rule.TOO_MANY_SLOTS);
        assertThat(rules(MapKind.HASH_OF_MAPS, 0, 0, Scalar.U32, SlotFillTime.IN_OBJECT, two))
                .as("the size is set at load time")
                .isEmpty();
        assertThat(rules(MapKind.HASH_OF_MAPS, 1, 0, Scalar.U32, SlotFillTime.IN_OBJECT, slot(1), slot(1)))
                .as("one slot, twice")
                .containsExactly(Rule.SLOT_TWICE);
    }

    @Test
    void slotsOfAMapThatNobodyMayWrite() {
        assertThat(rules(MapKind.HASH_OF_MAPS, 4, MapFlags.RDONLY, Scalar.U32, SlotFillTime.AT_LOAD, slot(1)))
                .containsExactly(Rule.SLOTS_AND_RDONLY);
        assertThat(rules(MapKind.HASH_OF_MAPS, 4, MapFlags.RDONLY, Scalar.U32, SlotFillTime.AT_LOAD))
                .as("without slots")
                .isEmpty();
    }

    private static Slot slot(long... key) {
        List<Long> numbers = new ArrayList<>();
        for (long number : key) {
            numbers.add(number);
        }
        return new Slot(numbers, "inner1");
    }

    private static List<Rule> rules(
            MapKind kind, long maxEntries, long flags, CType key, SlotFillTime fill, Slot... slots) {
        MapDef map = new MapDef("m", MapRole.OUTER, kind, maxEntries, flags, key, null, "inner")
                .withSlots(new SlotContents(fill, List.of(slots)));
        return KernelRules.check(new Schema("", "h", List.of(), List.of(), List.of(map))).stream()
                .map(RuleViolation::rule)
                .toList();
    }
}
