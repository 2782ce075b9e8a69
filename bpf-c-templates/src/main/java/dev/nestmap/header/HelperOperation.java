/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import java.util.Locale;

/** An operation of a program on a map. The header has one helper for each. */
enum HelperOperation {
    LOOKUP,
    UPDATE,
    /** {@link #UPDATE} of a map of sockets. The value is a pointer to a socket. */
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
    /** {@link #PERF_OUTPUT} of a record with a fixed layout, which an accessor in Java reads. */
    PERF_EMIT,
    PERF_READ,
    RECORD,
    TAIL_CALL;

    /** The errno that a helper of an outer map returns, negated, if there is no inner map at the key. Headers that use it define it. */
    static final String ENOENT = "ENOENT";

    /** Whether the helper takes the map. Other helpers take a record that came from a map. */
    boolean takesMap() {
        return this != SUBMIT && this != DISCARD && this != READ;
    }

    /** Whether the helper takes a key. */
    boolean takesKey() {
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

    /**
     * Whether it changes the map. The verifier rejects it on a map with {@code BPF_F_RDONLY_PROG} ({@code record_func_map} in
     * kernel/bpf/verifier.c).
     */
    boolean changesMap() {
        return switch (this) {
            case UPDATE, UPDATE_SOCKET, DELETE, LOOKUP_OR_INIT, PUSH, POP, ADD -> true;
            default -> false;
        };
    }

    /** Whether the helper takes a value to store, to send or to look for. */
    boolean takesValue() {
        return switch (this) {
            case UPDATE, LOOKUP_OR_INIT, PUSH, ADD, MIGHT_CONTAIN, OUTPUT, PERF_EMIT -> true;
            default -> false;
        };
    }

    /** Whether the helper copies a value to memory of the caller. */
    boolean copiesValueOut() {
        return this == POP || this == PEEK || this == READ;
    }

    /** Whether the helper takes a reserved record, which the program must not use afterwards. */
    boolean releasesRecord() {
        return this == SUBMIT || this == DISCARD;
    }

    /** Whether the helper returns {@code void}. */
    boolean returnsVoid() {
        return releasesRecord() || this == TAIL_CALL;
    }

    /** The type of the program's context parameter, if the helper takes it; otherwise empty. */
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

    /** Whether the helper takes flags. */
    boolean takesFlags() {
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
            default -> releasesRecord();
        };
    }

    /** Whether the helper returns a pointer into the map, or NULL. */
    boolean returnsPointer() {
        return this == LOOKUP || this == LOOKUP_OR_INIT || this == LOOKUP_PERCPU || this == RESERVE;
    }

    /**
     * Whether the helper returns {@code int}, which holds 0 or a negative error number. The functions of {@code bpf/bpf_helpers.h} return
     * {@code long}. But before Linux 6.4 ("bpf: return long from bpf_map_ops funcs") the upper half of an error number is 0 if the kernel
     * calls the map's own function directly, so a {@code long} is positive.
     */
    boolean returnsInt() {
        return switch (this) {
            case UPDATE, UPDATE_SOCKET, DELETE, PUSH, POP, PEEK, ADD -> true;
            default -> false;
        };
    }

    /**
     * The result of the helper if the outer map has no inner map at the key. It equals the kernel's result for an entry that does not
     * exist.
     *
     * @param flags name of the parameter with the flags
     */
    String absent(String flags) {
        return switch (this) {
            case LOOKUP, LOOKUP_OR_INIT, LOOKUP_PERCPU, RESERVE -> "NULL";
            case MIGHT_CONTAIN, QUERY -> "0";
            // The lower bits of the flags are the action if there is no
            // entry (__bpf_xdp_redirect_map in include/linux/filter.h).
            case REDIRECT -> "(long)(" + flags + " & XDP_TX)";
            case SK_REDIRECT, MSG_REDIRECT -> "SK_DROP";
            default -> "-" + ENOENT;
        };
    }

    /** Whether {@link #absent} is {@code -ENOENT}. */
    boolean returnsEnoent() {
        return absent("").equals("-" + ENOENT);
    }

    /** The end of the helper's name. */
    String suffix() {
        return switch (this) {
            case PERF_EMIT -> PERF_OUTPUT.suffix();
            case UPDATE_SOCKET -> UPDATE.suffix();
            default -> "_" + name().toLowerCase(Locale.ROOT);
        };
    }
}
