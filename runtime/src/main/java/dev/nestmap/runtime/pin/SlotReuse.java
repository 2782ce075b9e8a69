/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

/**
 * Treatment of the declared slots of a pinned outer map that already exists when an object is loaded. libbpf does not put the
 * object's inner maps into such a map, so these would be new, empty, and in no slot. It does put programs into the declared slots
 * of an existing program array and leaves the other slots unchanged, whatever this option says.
 */
public enum SlotReuse {
    /**
     * Does the same as {@link #KEEP} if the slots are declared to be filled at load. If the object file itself fills them, the load fails,
     * because the existing slots don't hold the object's maps.
     */
    AS_DECLARED,
    /**
     * The maps in the slots stay, with their entries. The object's programs and the generated class use them under the declared
     * names. Empty slots are filled. This requires CAP_SYS_ADMIN, or pinned inner maps.
     */
    KEEP,
    /**
     * New maps replace the maps in the slots. The entries of the replaced maps are lost, unless another process or a pin holds the
     * maps.
     */
    REPLACE
}
