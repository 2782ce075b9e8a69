/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

/**
 * Map types, with the names of {@code enum bpf_map_type} in {@code linux/bpf.h} and one more, {@link #RHASH_OR_HASH}. An {@link OuterMap} is
 * a {@link #HASH_OF_MAPS} or {@link #ARRAY_OF_MAPS}. An {@link InnerMap} or {@link BpfMap} can have every other type, but an inner map can't
 * be a {@link #PROG_ARRAY}.
 */
public enum MapType {
    /** A hash map. The key has any type. */
    HASH,
    /**
     * A hash map whose memory grows and shrinks with its entries (since Linux 7.2). An empty map takes 2 KiB, whatever its {@code
     * maxEntries}. The key has any type, up to 65,535 bytes.
     *
     * <p>While programs use the map, and for a moment afterwards, the kernel moves entries to a larger or smaller table. This also happens right
     * after a rotation. A read during a move may miss entries, and the kernel does not report this. So {@code forEach}, iterators, {@code count},
     * {@code clear} and {@code getAndRemoveAll} repeat the read until it finds nothing new (at most eight times), and pass each entry once. They may
     * still miss an entry, so tickets of displaced maps have the doubt {@code UNCHECKED}. Entries that {@code getAndRemoveAll} misses stay in the
     * map. If you must not miss a count, use a {@link #HASH}.
     *
     * <p>A read keeps all keys in memory. An update overwrites the value in place: unless the record has a {@code @SpinLock}, programs and user
     * space may read a mix of the old and the new value.
     *
     * <p>{@code mapExtra} is the number of entries for which a new map has room before it must grow: at most 65,535, and at most {@code maxEntries}
     * ({@code rhtab_map_alloc_check} in kernel/bpf/hashtab.c).
     */
    RHASH,
    /**
     * An RHASH if the kernel has this type when Nestmap creates or opens the map. Otherwise, a HASH with {@link MapFlag#NO_PREALLOC} and without
     * {@code mapExtra}. With {@code maxEntries} 4096, such a HASH takes 64 KiB when it is empty. The header declares an RHASH. So if the kernel
     * doesn't have this type, only Nestmap can load the object.
     */
    RHASH_OR_HASH,
    /** A hash map that evicts the least recently used entries when it is full. The key has any type. */
    LRU_HASH,
    /**
     * An array. The key is an index from 0 to {@code maxEntries - 1}: a {@code @U32 int}, {@code @U32 long} or enum. All entries
     * exist from the start, filled with zeros.
     */
    ARRAY,
    /**
     * A HASH with a value for each CPU, so CPUs do not wait for each other. XDP and tc programs can count in it without atomic instructions.
     * LSM and cgroup programs, and programs of two types that share the map, need atomic instructions, because they interrupt each other on
     * one CPU.
     */
    PERCPU_HASH,
    /** An LRU_HASH with a value for each CPU. */
    LRU_PERCPU_HASH,
    /** An ARRAY with a value for each CPU. */
    PERCPU_ARRAY,
    /** A first-in, first-out queue. It has no {@link Key}. */
    QUEUE,
    /** A last-in, first-out stack. It has no {@link Key}. */
    STACK,
    /**
     * A set that answers whether it may contain a value. It has no {@link Key}. {@code mapExtra} is the number of hash functions, from 1 to 15; the
     * default is 5 ({@code bloom_map_alloc} in kernel/bpf/bloom_filter.c).
     */
    BLOOM_FILTER,
    /**
     * A trie for longest-prefix matches. A lookup finds the longest prefix that matches the key.
     *
     * <p>The key is an {@code Ipv4Prefix}, an {@code Ipv6Prefix}, or a record. The first component of such a record is a {@code
     * __u32} in C: the length of the prefix in bits. The other components are the 1 to 256 bytes of the prefix, with the most
     * significant bit first.
     */
    LPM_TRIE,
    /**
     * A ring buffer of records that programs write and user space consumes, in the order in which programs reserved them. It
     * has no {@link Key}.
     */
    RINGBUF,
    /** A ring buffer of records that user space writes and programs consume. It has no {@link Key}. */
    USER_RINGBUF,
    /**
     * An array of network interfaces. XDP programs redirect packets to them. The value is the interface index (4 bytes), or the interface
     * index and the file descriptor of a program (8 bytes).
     */
    DEVMAP,
    /** A DEVMAP whose key is any number of 4 bytes. */
    DEVMAP_HASH,
    /**
     * CPUs to which XDP programs redirect packets. The key is the number of the CPU. The value is the length of the CPU's queue (4 bytes),
     * or that length and the file descriptor of a program (8 bytes).
     */
    CPUMAP,
    /**
     * Stack traces. The key is the ID that {@code bpf_get_stackid} returns to programs. The value is an array of addresses (8 bytes
     * each).
     */
    STACK_TRACE,
    /** An array of AF_XDP sockets. The record has only a key. */
    XSKMAP,
    /** An array of sockets. The record has only a key. */
    SOCKMAP,
    /** A hash map of sockets. The key has any type, up to 512 bytes. The record has only a key. */
    SOCKHASH,
    /** An array of sockets with {@code SO_REUSEPORT}, from which a program selects one. The record has only a key. */
    REUSEPORT_SOCKARRAY,
    /** An array of control groups. The record has only a key. */
    CGROUP_ARRAY,
    /**
     * Perf events. If the record has no {@link Key}, it describes events, which programs write and user space reads. If the record has only a key,
     * user space stores perf events in the array, and programs read them. The index is the number of the CPU.
     */
    PERF_EVENT_ARRAY,
    /**
     * Local storage for sockets: a program or user space can attach one value to each socket. The kernel deletes the value together with
     * the socket.
     *
     * <p>The record has no {@link Key} and no {@code maxEntries}. Programs look the value up by a pointer to the socket, user space by a
     * file descriptor of the socket.
     */
    SK_STORAGE,
    /**
     * The same as {@link #SK_STORAGE} for inodes. User space passes a file descriptor of the file. Only LSM programs can call the
     * helpers.
     */
    INODE_STORAGE,
    /** The same as {@link #SK_STORAGE} for tasks. User space passes a pidfd. */
    TASK_STORAGE,
    /**
     * The same as {@link #SK_STORAGE} for control groups (version 2). User space passes a file descriptor of the cgroup's
     * directory.
     */
    CGRP_STORAGE,
    /**
     * Memory that programs and user space share. {@code maxEntries} is the size in pages, {@code mapExtra} is its address in user space, a multiple
     * of 4096. The whole arena must be below 4 GiB. The record has no components, because an arena has no entries. Programs need clang 19 or newer to
     * use it.
     */
    ARENA,
    /**
     * An array of programs, the targets of tail calls. All programs in a map have the same program type.
     *
     * <p>The record has only a {@link Key}. The accessor puts programs of the same object into the slots.
     */
    PROG_ARRAY,
    /** A hash map of maps. The key has any type. A lookup by a program takes about 30 ns longer than in an ARRAY_OF_MAPS. */
    HASH_OF_MAPS,
    /** An array of maps. The key is an index from 0 to {@code maxEntries - 1}. */
    ARRAY_OF_MAPS
}
