/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import java.util.Locale;
import java.util.Set;

/** An operation of a program on a map. The header has one helper for each. */
enum HelperOperation {
    LOOKUP(Trait.KEY, Trait.RETURNS_POINTER),
    UPDATE(Trait.KEY, Trait.VALUE, Trait.FLAGS, Trait.CHANGE, Trait.RETURNS_INT),
    /** {@link #UPDATE} of a map of sockets. The value is a pointer to a socket. */
    UPDATE_SOCKET(Trait.KEY, Trait.FLAGS, Trait.CHANGE, Trait.RETURNS_INT),
    DELETE(Trait.KEY, Trait.CHANGE, Trait.RETURNS_INT),
    LOOKUP_OR_INIT(Trait.KEY, Trait.VALUE, Trait.CHANGE, Trait.RETURNS_POINTER),
    LOOKUP_PERCPU(Trait.KEY, Trait.RETURNS_POINTER),
    /** Adds numbers to those of an entry, with atomic instructions. */
    ADD_NUMBERS(Trait.KEY, Trait.VALUE, Trait.CHANGE, Trait.RETURNS_INT),
    FOR_EACH,
    PUSH(Trait.VALUE, Trait.FLAGS, Trait.CHANGE, Trait.RETURNS_INT),
    POP(Trait.TARGET, Trait.CHANGE, Trait.RETURNS_INT),
    PEEK(Trait.TARGET, Trait.RETURNS_INT),
    ADD(Trait.VALUE, Trait.CHANGE, Trait.RETURNS_INT),
    MIGHT_CONTAIN(Trait.VALUE),
    RESERVE(Trait.RETURNS_POINTER),
    SUBMIT(Trait.RELEASES, Trait.FLAGS),
    DISCARD(Trait.RELEASES, Trait.FLAGS),
    OUTPUT(Trait.VALUE, Trait.FLAGS),
    QUERY(Trait.FLAGS),
    DRAIN(Trait.FLAGS),
    READ(Trait.TARGET),
    REDIRECT(Trait.KEY, Trait.FLAGS),
    SK_REDIRECT(Trait.KEY, Trait.FLAGS),
    MSG_REDIRECT(Trait.KEY, Trait.FLAGS),
    SOCK_UPDATE(Trait.KEY, Trait.FLAGS),
    SELECT_REUSEPORT(Trait.KEY, Trait.FLAGS),
    SKB_UNDER(Trait.KEY),
    CURRENT_TASK_UNDER(Trait.KEY),
    PERF_OUTPUT(Trait.FLAGS),
    /** {@link #PERF_OUTPUT} of a record with a fixed layout, which an accessor in Java reads. */
    PERF_EMIT(Trait.VALUE),
    PERF_READ(Trait.FLAGS),
    RECORD(Trait.FLAGS),
    TAIL_CALL(Trait.KEY);

    /** A property of a helper's parameters, effect or result. */
    private enum Trait {
        /** The helper takes a key. */
        KEY,
        /** The helper takes a value to store, to send or to look for. */
        VALUE,
        /** The helper copies a value to memory of the caller. */
        TARGET,
        /** The helper takes a reserved record, which the program must not use afterwards. */
        RELEASES,
        FLAGS,
        /**
         * The helper changes the map. The verifier rejects it on a map with {@code BPF_F_RDONLY_PROG} ({@code record_func_map} in
         * kernel/bpf/verifier.c).
         */
        CHANGE,
        /** The helper returns a pointer into the map, or NULL. */
        RETURNS_POINTER,
        /**
         * The helper returns {@code int}, which holds 0 or a negative error number. The functions of {@code bpf/bpf_helpers.h} return {@code
         * long}. But before Linux 6.4 ("bpf: return long from bpf_map_ops funcs") the upper half of an error number is 0 if the kernel calls
         * the map's own function directly, so a {@code long} is positive.
         */
        RETURNS_INT
    }

    /** The errno that a helper of an outer map returns, negated, if there is no inner map at the key. Headers that use it define it. */
    static final String ENOENT = "ENOENT";

    @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable
    private final Set<Trait> traits;

    HelperOperation(Trait... traits) {
        this.traits = Set.of(traits);
    }

    /** Whether the helper takes the map. Other helpers take a record that came from a map. */
    boolean takesMap() {
        return this != SUBMIT && this != DISCARD && this != READ;
    }

    boolean takesKey() {
        return traits.contains(Trait.KEY);
    }

    boolean changesMap() {
        return traits.contains(Trait.CHANGE);
    }

    boolean takesValue() {
        return traits.contains(Trait.VALUE);
    }

    boolean copiesValueOut() {
        return traits.contains(Trait.TARGET);
    }

    boolean releasesRecord() {
        return traits.contains(Trait.RELEASES);
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

    boolean takesFlags() {
        return traits.contains(Trait.FLAGS);
    }

    boolean returnsPointer() {
        return traits.contains(Trait.RETURNS_POINTER);
    }

    boolean returnsInt() {
        return traits.contains(Trait.RETURNS_INT);
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
            case ADD_NUMBERS -> ADD.suffix();
            default -> "_" + name().toLowerCase(Locale.ROOT);
        };
    }
}
