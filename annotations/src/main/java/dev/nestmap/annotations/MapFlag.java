/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

/**
 * Flags for creating a map: {@code BPF_F_...} of {@code map_flags} in {@code linux/bpf.h}. The processor checks that the map
 * type accepts them. It adds the flags that a map type requires, and {@code BPF_F_NUMA_NODE} if {@code numaNode} is set.
 *
 * <p>Inner maps have all flags of their definition except {@link #RDONLY} and {@link #WRONLY}.
 */
public enum MapFlag {
    /** The kernel allocates the memory of each entry when it is written, instead of all memory at once. For hash maps. */
    NO_PREALLOC,
    /** Each CPU has its own LRU list. For LRU_HASH and LRU_PERCPU_HASH. */
    NO_COMMON_LRU,
    /** The file descriptor with which user space creates the map can only read it. */
    RDONLY,
    /** The file descriptor with which user space creates the map can only write to it. */
    WRONLY,
    /** Stack traces have build IDs and offsets instead of addresses, 32 bytes for each frame. For STACK_TRACE. */
    STACK_BUILD_ID,
    /** The hash function has no random seed, so that its results are the same in each run. Only for tests. Needs {@code CAP_SYS_ADMIN}. */
    ZERO_SEED,
    /** Programs can only read the map. */
    RDONLY_PROG,
    /** Programs can only write the map. */
    WRONLY_PROG,
    /** A cloned socket gets a copy of the entry. For SK_STORAGE. */
    CLONE,
    /** User space can map the values into its memory. For ARRAY and ARENA. */
    MMAPABLE,
    /**
     * Perf events stay in the map even when user space closes the file descriptor that it used to store them. For PERF_EVENT_ARRAY.
     */
    PRESERVE_ELEMS,
    /**
     * Inner arrays of the same outer map may differ in {@code maxEntries}. A lookup by a program then takes about 8 ns longer, because the
     * verifier does not inline it ({@code array_map_gen_lookup} in kernel/bpf/arraymap.c). For ARRAY.
     */
    INNER_MAP,
    /**
     * If the buffer is full, a program's event overwrites the oldest events (since Linux 6.19). User space can't take events while programs
     * write. First take the map out of its outer map with {@code rotate} or {@code take}. For RINGBUF.
     */
    RB_OVERWRITE
}
