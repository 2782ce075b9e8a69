/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The initial content of the slots of a map: inner maps of an outer map, or programs of a PROG_ARRAY.
 *
 * @param fill whether the object file or the runtime fills the slots
 * @param list the slots, in order of declaration
 */
public record SlotContents(SlotFillTime fill, List<Slot> list) {
    /** All slots are empty. */
    public static final SlotContents NONE = new SlotContents(SlotFillTime.IN_OBJECT, List.of());

    /**
     * One slot.
     *
     * @param key the numbers that make up the key, in order; a single one for an index
     * @param target name of the map or program in the slot
     */
    public record Slot(List<Long> key, String target) {
        /** Copies the list. */
        public Slot {
            key = List.copyOf(key);
        }
    }

    /** Copies the list. */
    public SlotContents {
        list = List.copyOf(list);
    }

    /** The slots that an object file fills. */
    public static SlotContents ofObject(List<Slot> list) {
        return list.isEmpty() ? NONE : new SlotContents(SlotFillTime.IN_OBJECT, list);
    }

    /** A key as text for messages: {@code 4}, {@code 42, 7}. */
    public static String text(List<Long> key) {
        return key.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    /** Whether all slots are empty. */
    public boolean isEmpty() {
        return list.isEmpty();
    }

    /** The slots that the object file fills; empty if they are filled at load time. */
    public List<Slot> inObject() {
        return fill == SlotFillTime.IN_OBJECT ? list : List.of();
    }
}
