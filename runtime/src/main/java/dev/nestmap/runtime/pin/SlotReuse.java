/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

/**
 * What becomes of declared slots when their outer map is pinned and was there before this load. Then libbpf does not put the
 * object's inner maps into it: they would be new, empty, and in no slot. Programs it does put into the declared slots of a pinned
 * program array, and leaves the others as they are, whatever is said here.
 */
public enum SlotReuse {
    /**
     * {@link #KEEP} for slots that are filled at load. For slots that the object fills the load fails and says so, as they are
     * not what the object says.
     */
    AS_DECLARED,
    /**
     * The maps that are in the slots stay there, with what they hold, and are those that the object's programs and the generated
     * class mean by their names. Slots that are empty are filled. It takes CAP_SYS_ADMIN, or inner maps that are pinned too.
     */
    KEEP,
    /** New maps are put into the slots. What was in those that were there is gone, unless somebody else has them. */
    REPLACE
}
