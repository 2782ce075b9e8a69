/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

/** Map types that a {@link BpfMap} can have, by the kernel's names. */
public enum MapType {
    /** Entries by a key of any type. */
    HASH,
    /** Entries by a key of any type; when full, the least recently used make room. */
    LRU_HASH,
    /** Entries by an index from 0 to {@code maxEntries - 1}; all exist from the start, as zeros. */
    ARRAY,
    /** A HASH in which each CPU has a value of its own, so that programs count without atomic instructions. */
    PERCPU_HASH,
    /** An LRU_HASH in which each CPU has a value of its own. */
    LRU_PERCPU_HASH,
    /** An ARRAY in which each CPU has a value of its own. */
    PERCPU_ARRAY,
    /** Entries without keys, first in first out; no {@link Key}. */
    QUEUE,
    /** Entries without keys, last in first out; no {@link Key}. */
    STACK,
    /** A set that says of an entry that it is not in it, or that it may be; no {@link Key}. */
    BLOOM_FILTER,
    /**
     * Entries by a prefix of bits, of which a look-up finds the longest that matches. The key is an {@code Ipv4Prefix} or
     * {@code Ipv6Prefix}, or a record whose first component is a {@code @U32}, the number of bits that count, and whose others
     * are the bits, the most significant one first.
     */
    LPM_TRIE,
    /** Events that programs write, in the order in which they reserved them, and user space takes out; no {@link Key}. */
    RINGBUF,
    /** Messages that user space writes and programs take out; no {@link Key}. */
    USER_RINGBUF,
    /** Network devices to send packets to: the value is an interface's index, 4 bytes, or that and a program, 8 bytes. */
    DEVMAP,
    /** A DEVMAP with keys of any size of number. */
    DEVMAP_HASH,
    /** CPUs to send packets to: the value is the length of a queue, 4 bytes, or that and a program, 8 bytes. */
    CPUMAP,
    /** Stacks that programs record: the value is the addresses, 8 bytes each. */
    STACK_TRACE,
    /** AF_XDP sockets; a key only. */
    XSKMAP,
    /** Sockets by index; a key only. */
    SOCKMAP,
    /** Sockets by a key of any type; a key only. */
    SOCKHASH,
    /** Sockets that share a port; a key only. */
    REUSEPORT_SOCKARRAY,
    /** Control groups; a key only. */
    CGROUP_ARRAY,
    /** Events that programs write on each CPU, and no {@link Key}; or perf events that are put in by hand, and a key only. */
    PERF_EVENT_ARRAY,
    /**
     * A record for each socket that was given one, which ends with it; no {@link Key} and no {@code maxEntries}. Programs find it by
     * their pointer to the socket, user space by a file descriptor.
     */
    SK_STORAGE,
    /** As {@link #SK_STORAGE}, for inodes: user space finds it by a descriptor of the file. Programs are LSM programs. */
    INODE_STORAGE,
    /** As {@link #SK_STORAGE}, for tasks: user space finds it by a pidfd. */
    TASK_STORAGE,
    /** As {@link #SK_STORAGE}, for control groups of version 2: user space finds it by a descriptor of the directory. */
    CGRP_STORAGE,
    /**
     * Memory that programs and user space share, {@code maxEntries} pages of it. It has no entries, so its record has no components;
     * {@code mapExtra} is the address that it is mapped at in user space. Programs reach into it with clang 19 and later.
     */
    ARENA,
    /**
     * Programs by an index, which others jump to by a tail call. The record has a {@link Key} and nothing else; {@link Slot} and
     * {@link EnumSlots} name the programs that the object has in it from the start. All are of one type.
     */
    PROG_ARRAY
}
