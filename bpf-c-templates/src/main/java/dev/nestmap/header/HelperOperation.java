/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.Locale;

/** What a program does with a map through a helper of its own. */
enum HelperOperation {
    LOOKUP,
    UPDATE,
    /** {@link #UPDATE} of a map of sockets, by a program's pointer to one. */
    UPDATE_SOCKET,
    DELETE,
    LOOKUP_OR_INIT,
    LOOKUP_PERCPU,
    FOR_EACH,
    PUSH,
    POP,
    PEEK,
    ADD,
    MIGHT_CONTAIN,
    RESERVE,
    SUBMIT,
    DISCARD,
    OUTPUT,
    QUERY,
    DRAIN,
    READ,
    REDIRECT,
    SK_REDIRECT,
    MSG_REDIRECT,
    SOCK_UPDATE,
    SELECT_REUSEPORT,
    SKB_UNDER,
    CURRENT_TASK_UNDER,
    PERF_OUTPUT,
    /** {@link #PERF_OUTPUT} of a record that user space reads. */
    PERF_EMIT,
    PERF_READ,
    RECORD,
    TAIL_CALL;

    /** The operations that the kernel lets programs do with this map, and that Nestmap has helpers for. */
    static List<HelperOperation> of(MapDef map) {
        return of(map.kind(), map.isStream()).stream()
                .filter(operation -> !map.isReadOnlyToPrograms() || !operation.changes())
                .toList();
    }

    private static List<HelperOperation> of(MapKind kind, boolean isStream) {
        return switch (kind) {
            case HASH, LRU_HASH -> List.of(LOOKUP, UPDATE, DELETE, LOOKUP_OR_INIT, FOR_EACH);
            case PERCPU_HASH, LRU_PERCPU_HASH ->
                List.of(LOOKUP, UPDATE, DELETE, LOOKUP_OR_INIT, LOOKUP_PERCPU, FOR_EACH);
            case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> List.of(LOOKUP, DELETE, LOOKUP_OR_INIT);
            // Of a trie, what a look-up finds need not be the entry of that key, so there is none that it could make.
            case LPM_TRIE -> List.of(LOOKUP, UPDATE, DELETE);
            case ARRAY -> List.of(LOOKUP, UPDATE, FOR_EACH);
            case PERCPU_ARRAY -> List.of(LOOKUP, UPDATE, LOOKUP_PERCPU, FOR_EACH);
            case QUEUE, STACK -> List.of(PUSH, POP, PEEK);
            case BLOOM_FILTER -> List.of(ADD, MIGHT_CONTAIN);
            case RINGBUF -> List.of(RESERVE, SUBMIT, DISCARD, OUTPUT, QUERY);
            case USER_RINGBUF -> List.of(DRAIN, READ);
            case CPUMAP -> List.of(REDIRECT);
            case DEVMAP, DEVMAP_HASH, XSKMAP -> List.of(LOOKUP, REDIRECT);
            case SOCKMAP, SOCKHASH ->
                List.of(LOOKUP, UPDATE_SOCKET, DELETE, SK_REDIRECT, MSG_REDIRECT, SOCK_UPDATE, SELECT_REUSEPORT);
            case REUSEPORT_SOCKARRAY -> List.of(SELECT_REUSEPORT);
            case CGROUP_ARRAY -> List.of(SKB_UNDER, CURRENT_TASK_UNDER);
            case PERF_EVENT_ARRAY -> isStream ? List.of(PERF_EMIT) : List.of(PERF_OUTPUT, PERF_READ);
            case STACK_TRACE -> List.of(RECORD);
            case PROG_ARRAY -> List.of(TAIL_CALL);
            case HASH_OF_MAPS, ARRAY_OF_MAPS -> List.of(LOOKUP);
            default -> List.of();
        };
    }

    /** What of it goes through an outer map in one call: all that names the map. */
    static List<HelperOperation> fused(MapDef inner) {
        return of(inner).stream().filter(HelperOperation::isOfMap).toList();
    }

    /** Whether it names the map; otherwise it is about a record that came from one. */
    boolean isOfMap() {
        return this != SUBMIT && this != DISCARD && this != READ;
    }

    /** Whether it is about the entry of a key. */
    boolean isKeyed() {
        return switch (this) {
            case LOOKUP,
                    UPDATE,
                    UPDATE_SOCKET,
                    DELETE,
                    LOOKUP_OR_INIT,
                    LOOKUP_PERCPU,
                    REDIRECT,
                    SK_REDIRECT,
                    MSG_REDIRECT,
                    SOCK_UPDATE,
                    SELECT_REUSEPORT,
                    SKB_UNDER,
                    CURRENT_TASK_UNDER,
                    TAIL_CALL -> true;
            default -> false;
        };
    }

    /** Whether the kernel refuses it of a map that programs only read ({@code record_func_map} in kernel/bpf/verifier.c). */
    private boolean changes() {
        return switch (this) {
            case UPDATE, UPDATE_SOCKET, DELETE, LOOKUP_OR_INIT, PUSH, POP, ADD -> true;
            default -> false;
        };
    }

    /** Whether a value goes in. */
    boolean writes() {
        return switch (this) {
            case UPDATE, LOOKUP_OR_INIT, PUSH, ADD, MIGHT_CONTAIN, OUTPUT, PERF_EMIT -> true;
            default -> false;
        };
    }

    /** Whether a value is copied out, to where the caller says. */
    boolean copiesOut() {
        return this == POP || this == PEEK || this == READ;
    }

    /** Whether it takes a pointer to a record in the map, which ends with it. */
    boolean ends() {
        return this == SUBMIT || this == DISCARD;
    }

    /** Whether there is nothing to be told of how it went. */
    boolean givesNothing() {
        return ends() || this == TAIL_CALL;
    }

    /** The type of what the program was given, where the kernel has to know that; empty elsewhere. */
    String context() {
        return switch (this) {
            case RECORD, TAIL_CALL, PERF_OUTPUT, PERF_EMIT -> "void *";
            case SK_REDIRECT, SKB_UNDER -> "struct __sk_buff *";
            case MSG_REDIRECT -> "struct sk_msg_md *";
            case SOCK_UPDATE -> "struct bpf_sock_ops *";
            case SELECT_REUSEPORT -> "struct sk_reuseport_md *";
            default -> "";
        };
    }

    /** Whether the caller chooses flags. */
    boolean hasFlags() {
        return switch (this) {
            case UPDATE,
                    UPDATE_SOCKET,
                    PUSH,
                    OUTPUT,
                    QUERY,
                    DRAIN,
                    REDIRECT,
                    SK_REDIRECT,
                    MSG_REDIRECT,
                    SOCK_UPDATE,
                    SELECT_REUSEPORT,
                    PERF_OUTPUT,
                    PERF_READ,
                    RECORD -> true;
            default -> ends();
        };
    }

    /** Whether it gives a pointer to a value in the map. */
    boolean finds() {
        return this == LOOKUP || this == LOOKUP_OR_INIT || this == LOOKUP_PERCPU || this == RESERVE;
    }

    /**
     * What it gives, through an outer map that has no inner map at the key, instead of what the inner map would say: what the kernel says
     * of an entry that is not there.
     *
     * @param flags name of the flags' parameter
     */
    String absent(String flags) {
        return switch (this) {
            case LOOKUP, LOOKUP_OR_INIT, LOOKUP_PERCPU, RESERVE -> "NULL";
            case MIGHT_CONTAIN, QUERY -> "0";
            // The lower bits are what to do instead (__bpf_xdp_redirect_map in linux/filter.h).
            case REDIRECT -> "(long)(" + flags + " & XDP_TX)";
            case SK_REDIRECT, MSG_REDIRECT -> "SK_DROP";
            default -> "-2 /* ENOENT */";
        };
    }

    /** Its part of a helper's name. */
    String suffix() {
        return switch (this) {
            case PERF_EMIT -> PERF_OUTPUT.suffix();
            case UPDATE_SOCKET -> UPDATE.suffix();
            default -> "_" + name().toLowerCase(Locale.ROOT);
        };
    }
}
