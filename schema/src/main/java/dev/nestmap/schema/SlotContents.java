/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.annotations.SlotFill;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is in the slots of a map from the start: inner maps in one of maps, programs in one of programs.
 *
 * @param fill who puts it there
 * @param list the slots, in order of declaration
 */
public record SlotContents(SlotFill fill, List<Slot> list) {
    /** Nothing is in any slot. */
    public static final SlotContents NONE = new SlotContents(SlotFill.IN_OBJECT, List.of());

    /**
     * One slot.
     *
     * @param key the numbers that the key is made of, in order: one where it is a number itself
     * @param target name of the map or program that is in it
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

    /** What an object itself has in the slots of a map. */
    public static SlotContents saidByObject(List<Slot> list) {
        return list.isEmpty() ? NONE : new SlotContents(SlotFill.IN_OBJECT, list);
    }

    /** A key for people: {@code 4}, {@code 42, 7}. */
    public static String text(List<Long> key) {
        return key.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return list.isEmpty();
    }

    /** The slots that an object file says. */
    public List<Slot> inObject() {
        return fill == SlotFill.IN_OBJECT ? list : List.of();
    }
}
