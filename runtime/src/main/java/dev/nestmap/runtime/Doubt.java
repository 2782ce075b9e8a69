/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/** A reason why a displaced map may not contain exactly the counts of its time in the slot. */
public enum Doubt {
    /** It is an LRU map, which evicts entries to make room for others. */
    EVICTS,

    /**
     * It may have been full: a read through its ticket has found as many entries as it can have, so programs may have lost inserts. Not a doubt if
     * programs count lost inserts.
     */
    FULL,

    /** Inserts of programs into it have failed: {@link Displaced#lostInserts} says how many. */
    LOST_INSERTS,

    /**
     * Nestmap can't promise that programs write to it no more: it came from {@link OuterAccessor#unchecked}, or {@code swap} or {@code share}
     * displaced it while sleepable programs used it, while it was in a second slot, or while another process owned the slots, or a load replaced
     * it, and programs of the previous load may still use it by its name.
     */
    UNCHECKED,

    /** Its entries have timers, work queues or task work, whose callbacks may still write to it. */
    CALLBACKS
}
