/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

/**
 * What can be asked of a map when it is created, by the kernel's names ({@code BPF_F_...} of {@code map_flags}). Which map
 * type takes which is checked when the records are compiled. What a type can't do without is set by itself, as is {@code
 * BPF_F_NUMA_NODE} where a node is named.
 *
 * <p>Inner maps have the flags of their definition, all of them, except {@link #RDONLY} and {@link #WRONLY}.
 */
public enum MapFlag {
    /** Memory for an entry is taken when it is written, not beforehand: hashes. */
    NO_PREALLOC,
    /** Each CPU has a list of its own of what was used last: LRU types. */
    NO_COMMON_LRU,
    /** User space only reads, through the descriptor that the map is made with. */
    RDONLY,
    /** User space only writes, through the descriptor that the map is made with. */
    WRONLY,
    /** Stacks are kept as build id and offset: STACK_TRACE. */
    STACK_BUILD_ID,
    /** The hash function has no random seed, so that runs can be compared; takes CAP_SYS_ADMIN. For tests only. */
    ZERO_SEED,
    /** Programs only read. */
    RDONLY_PROG,
    /** Programs only write. */
    WRONLY_PROG,
    /** A socket that is cloned takes its entry along: SK_STORAGE. */
    CLONE,
    /** User space can map the values into its memory: ARRAY, ARENA. */
    MMAPABLE,
    /** An event stays when the descriptor that put it there is closed: PERF_EVENT_ARRAY. */
    PRESERVE_ELEMS,
    /** Inner arrays of any {@code maxEntries} fit the same outer map; a program's lookup costs some 8 ns more: ARRAY. */
    INNER_MAP
}
