/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.rules;

import dev.nestmap.lint.rules.RuleViolation.Part;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.KeyNumbers;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.SlotFillTime;
import dev.nestmap.schema.type.CType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds slots that libbpf or the kernel would refuse to fill at the load of the object. */
final class SlotRules extends MapRules {
    /** The object file also contains all slots with lower indices, 8 bytes each, so Nestmap limits its size. */
    private static final long MAX_INDEX_IN_OBJECT = 65535;

    private SlotRules(MapDef map) {
        super(map);
    }

    static List<RuleViolation> check(MapDef map) {
        SlotRules rules = new SlotRules(map);
        CType key = map.key();
        if (!map.slots().isEmpty() && key != null) {
            rules.check(key);
        }
        return rules.findings;
    }

    /** The finding that the keys of a map in a record are no numbers, which stand for slots. */
    static Optional<RuleViolation> keys(MapDef map) {
        CType key = map.key();
        if (key == null || map.slots().isEmpty() || map.kind().keyRule() == MapKind.KeyRule.INDEX) {
            return Optional.empty();
        }
        return isUnnumbered(map, key) ? Optional.of(unnumbered(map, key)) : Optional.empty();
    }

    /** Whether the object file has slots although the key is not an index. */
    private static boolean isUnnumbered(MapDef map, CType key) {
        return map.slots().fill() == SlotFillTime.IN_OBJECT
                && KeyNumbers.of(key).flatMap(KeyNumbers::index).isEmpty();
    }

    private static RuleViolation unnumbered(MapDef map, CType key) {
        return KeyNumbers.of(key).isPresent()
                ? RuleViolation.of(Rule.SLOT_KEY_NOT_AN_INDEX, map, Part.SLOTS, key.spelling())
                : RuleViolation.of(Rule.SLOTS_WITHOUT_NUMBERS, map, Part.SLOTS, key.spelling());
    }

    private void check(CType key) {
        if ((map.flags() & MapFlags.RDONLY) != 0) {
            find(Rule.SLOTS_AND_RDONLY, Part.FLAGS);
        }
        KeyNumbers parts = KeyNumbers.of(key).orElse(null);
        SlotContents slots = map.slots();
        if (isUnnumbered(map, key)) {
            // libbpf writes an index of 4 bytes as the key, whatever its type is (init_map_in_map_slots in libbpf.c).
            if (map.kind().keyRule() != MapKind.KeyRule.INDEX && key.size() != Integer.BYTES) {
                findings.add(unnumbered(map, key));
            }
            return;
        }
        if (parts == null) {
            findings.add(unnumbered(map, key));
            return;
        }
        slots.list().forEach(slot -> check(key, parts, slot.key()));
        duplicates(slots.list());
        int distinct = (int)
                slots.list().stream().map(SlotContents.Slot::key).distinct().count();
        if (map.kind() == MapKind.HASH_OF_MAPS && !map.isSizedAtLoad() && distinct > map.maxEntries()) {
            find(Rule.TOO_MANY_SLOTS, Part.SLOTS, distinct, map.maxEntries());
        }
    }

    private void check(CType key, KeyNumbers parts, List<Long> numbers) {
        String text = SlotContents.text(numbers);
        if (numbers.size() != parts.parts().size()) {
            find(
                    Rule.SLOT_KEY_DOES_NOT_FIT,
                    Part.SLOTS,
                    text,
                    key.spelling(),
                    CountText.of(parts.parts().size(), "part"));
            return;
        }
        for (int i = 0; i < numbers.size(); i++) {
            KeyNumbers.Part part = parts.parts().get(i);
            if (!part.holds(numbers.get(i))) {
                find(
                        Rule.SLOT_OUT_OF_RANGE,
                        Part.SLOTS,
                        text,
                        numbers.get(i),
                        part.type().spelling());
                return;
            }
        }
        boolean isArray = map.kind().keyRule() == MapKind.KeyRule.INDEX;
        long number = numbers.get(0);
        if (isArray && !map.isSizedAtLoad() && number >= map.maxEntries()) {
            find(Rule.SLOT_BEYOND_ARRAY, Part.SLOTS, text, map.maxEntries() - 1);
        } else if (map.slots().fill() == SlotFillTime.IN_OBJECT && (number < 0 || number > MAX_INDEX_IN_OBJECT)) {
            find(
                    Rule.SLOT_BEYOND_OBJECT,
                    Part.SLOTS,
                    text,
                    MAX_INDEX_IN_OBJECT,
                    map.kind().holdsPrograms() ? "" : ", or let Nestmap fill the slots with fillAtLoad = true");
        }
    }

    private void duplicates(List<SlotContents.Slot> slots) {
        Map<List<Long>, String> seen = new HashMap<>();
        for (SlotContents.Slot slot : slots) {
            Optional.ofNullable(seen.putIfAbsent(slot.key(), slot.target()))
                    .ifPresent(first ->
                            find(Rule.SLOT_TWICE, Part.SLOTS, SlotContents.text(slot.key()), first, slot.target()));
        }
    }
}
