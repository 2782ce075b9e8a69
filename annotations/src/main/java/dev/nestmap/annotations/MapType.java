/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

/**
 * Map types of a {@link BpfMap}, with the names of {@code enum bpf_map_type} in {@code linux/bpf.h}. {@link InnerType} describes the types
 * that inner maps can also have.
 */
public enum MapType {
    /** See {@link InnerType#HASH}. */
    HASH,
    /** See {@link InnerType#RHASH}. */
    RHASH,
    /** See {@link InnerType#RHASH_OR_HASH}. */
    RHASH_OR_HASH,
    /** See {@link InnerType#LRU_HASH}. */
    LRU_HASH,
    /** See {@link InnerType#ARRAY}. */
    ARRAY,
    /** See {@link InnerType#PERCPU_HASH}. */
    PERCPU_HASH,
    /** See {@link InnerType#LRU_PERCPU_HASH}. */
    LRU_PERCPU_HASH,
    /** See {@link InnerType#PERCPU_ARRAY}. */
    PERCPU_ARRAY,
    /** See {@link InnerType#QUEUE}. */
    QUEUE,
    /** See {@link InnerType#STACK}. */
    STACK,
    /** See {@link InnerType#BLOOM_FILTER}. */
    BLOOM_FILTER,
    /** See {@link InnerType#LPM_TRIE}. */
    LPM_TRIE,
    /** See {@link InnerType#RINGBUF}. */
    RINGBUF,
    /** See {@link InnerType#USER_RINGBUF}. */
    USER_RINGBUF,
    /** See {@link InnerType#DEVMAP}. */
    DEVMAP,
    /** See {@link InnerType#DEVMAP_HASH}. */
    DEVMAP_HASH,
    /** See {@link InnerType#CPUMAP}. */
    CPUMAP,
    /** See {@link InnerType#STACK_TRACE}. */
    STACK_TRACE,
    /** See {@link InnerType#XSKMAP}. */
    XSKMAP,
    /** See {@link InnerType#SOCKMAP}. */
    SOCKMAP,
    /** See {@link InnerType#SOCKHASH}. */
    SOCKHASH,
    /** See {@link InnerType#REUSEPORT_SOCKARRAY}. */
    REUSEPORT_SOCKARRAY,
    /** See {@link InnerType#CGROUP_ARRAY}. */
    CGROUP_ARRAY,
    /** See {@link InnerType#PERF_EVENT_ARRAY}. */
    PERF_EVENT_ARRAY,
    /** See {@link InnerType#SK_STORAGE}. */
    SK_STORAGE,
    /** See {@link InnerType#INODE_STORAGE}. */
    INODE_STORAGE,
    /** See {@link InnerType#TASK_STORAGE}. */
    TASK_STORAGE,
    /** See {@link InnerType#CGRP_STORAGE}. */
    CGRP_STORAGE,
    /** See {@link InnerType#ARENA}. */
    ARENA,
    /**
     * An array of programs, the targets of tail calls. All programs in a map have the same program type.
     *
     * <p>The record has only a {@link Key}. {@link Slot} declares the initial programs, which must be in the same object.
     */
    PROG_ARRAY
}
