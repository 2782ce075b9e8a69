/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Schema;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** An operation of a program on a map. The header has one helper for each. */
enum HelperOperation {
    LOOKUP(Trait.KEY, Trait.RETURNS_POINTER),
    UPDATE(Trait.KEY, Trait.VALUE, Trait.FLAGS, Trait.CHANGE, Trait.RETURNS_INT, Trait.MUST_CHECK),
    /** {@link #UPDATE} of a map of sockets. The value is a pointer to a socket. */
    UPDATE_SOCKET(Trait.KEY, Trait.FLAGS, Trait.CHANGE, Trait.RETURNS_INT, Trait.MUST_CHECK),
    DELETE(Trait.KEY, Trait.CHANGE, Trait.RETURNS_INT),
    LOOKUP_OR_INIT(Trait.KEY, Trait.VALUE, Trait.CHANGE, Trait.RETURNS_POINTER, Trait.MUST_CHECK),
    LOOKUP_PERCPU(Trait.KEY, Trait.RETURNS_POINTER),
    /** Adds numbers to those of an entry, with atomic instructions. */
    ADD_NUMBERS(Trait.KEY, Trait.VALUE, Trait.CHANGE, Trait.RETURNS_INT, Trait.MUST_CHECK),
    FOR_EACH,
    PUSH(Trait.VALUE, Trait.FLAGS, Trait.CHANGE, Trait.RETURNS_INT, Trait.MUST_CHECK),
    POP(Trait.TARGET, Trait.CHANGE, Trait.RETURNS_INT, Trait.MUST_CHECK),
    PEEK(Trait.TARGET, Trait.RETURNS_INT, Trait.MUST_CHECK),
    ADD(Trait.VALUE, Trait.CHANGE, Trait.RETURNS_INT, Trait.MUST_CHECK),
    MIGHT_CONTAIN(Trait.VALUE),
    RESERVE(Trait.RETURNS_POINTER),
    SUBMIT(Trait.RELEASES, Trait.FLAGS),
    DISCARD(Trait.RELEASES, Trait.FLAGS),
    OUTPUT(Trait.VALUE, Trait.FLAGS, Trait.MUST_CHECK),
    QUERY(Trait.FLAGS),
    DRAIN(Trait.FLAGS),
    READ(Trait.TARGET, Trait.MUST_CHECK),
    REDIRECT(Trait.KEY, Trait.FLAGS),
    SK_REDIRECT(Trait.KEY, Trait.FLAGS),
    MSG_REDIRECT(Trait.KEY, Trait.FLAGS),
    SOCK_UPDATE(Trait.KEY, Trait.FLAGS, Trait.MUST_CHECK),
    SELECT_REUSEPORT(Trait.KEY, Trait.FLAGS),
    SKB_UNDER(Trait.KEY),
    CURRENT_TASK_UNDER(Trait.KEY),
    PERF_OUTPUT(Trait.FLAGS),
    /** {@link #PERF_OUTPUT} of a record with a fixed layout, which an accessor in Java reads. */
    PERF_EMIT(Trait.VALUE),
    PERF_READ(Trait.FLAGS, Trait.MUST_CHECK),
    RECORD(Trait.FLAGS),
    TAIL_CALL(Trait.KEY);

    /** A property of a helper's parameters, effect or result. */
    enum Trait {
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
        RETURNS_INT,
        /**
         * A program that ignores the result loses data, or uses memory that was not written. Clang warns about such a call, unless the helper counts
         * what the kernel refuses: see {@link #isAddition}.
         */
        MUST_CHECK
    }

    /** The macro before the result of helpers with {@link Trait#MUST_CHECK}. */
    static final String MUST_CHECK = "__must_check";

    @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable
    private final Set<Trait> traits;

    HelperOperation(Trait... traits) {
        this.traits = Set.of(traits);
    }

    boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /** The operations on this map for which the header has helpers. The kernel allows programs all of them. */
    static List<HelperOperation> of(Schema schema, MapDef map) {
        if (map.isStream() && map.value() == null) {
            return List.of(); // the type of its events is unknown
        }
        // An addition reads the number: "read from map forbidden".
        boolean isReadable = (map.flags() & MapFlags.WRONLY_PROG) == 0;
        Stream<HelperOperation> counting = isReadable
                        && CounterFields.of(map).isPresent()
                        && PointsOfTime.of(schema, map).isEmpty()
                ? Stream.of(ADD_NUMBERS)
                : Stream.empty();
        return Stream.concat(of(map.kind(), map.isStream()).stream(), counting)
                .filter(operation -> !map.isReadOnlyToPrograms() || !operation.has(Trait.CHANGE))
                .toList();
    }

    /**
     * The operations on an inner map that have a combined helper, which looks the inner map up in the outer map and calls the inner helper.
     */
    static List<HelperOperation> combined(Schema schema, MapDef inner) {
        return of(schema, inner).stream().filter(HelperOperation::takesMap).toList();
    }

    private static List<HelperOperation> of(MapKind kind, boolean isStream) {
        return switch (kind) {
            case HASH, RHASH, LRU_HASH -> List.of(LOOKUP, UPDATE, DELETE, LOOKUP_OR_INIT, FOR_EACH);
            case PERCPU_HASH, LRU_PERCPU_HASH ->
                List.of(LOOKUP, UPDATE, DELETE, LOOKUP_OR_INIT, LOOKUP_PERCPU, FOR_EACH);
            case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> List.of(LOOKUP, DELETE, LOOKUP_OR_INIT);
            // No LOOKUP_OR_INIT: a lookup in a trie may find the entry of
            // a shorter prefix, so it can't tell whether the key has one.
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

    /** Whether the helper adds to what a map holds, so that it can count what the kernel refuses. */
    boolean isAddition() {
        return switch (this) {
            case UPDATE, LOOKUP_OR_INIT, ADD_NUMBERS, PUSH, RESERVE, OUTPUT, PERF_EMIT -> true;
            default -> false;
        };
    }

    /**
     * Whether a program must check the result: it tells of a failure that nothing else tells of.
     *
     * @param isCounted whether helpers of the map count additions that fail
     */
    boolean mustBeChecked(boolean isCounted) {
        return has(Trait.MUST_CHECK) && !(isCounted && isAddition());
    }

    /** Whether the helper takes the map. Other helpers take a record that came from a map. */
    boolean takesMap() {
        return this != SUBMIT && this != DISCARD && this != READ;
    }

    /** Whether the helper returns {@code void}. */
    boolean returnsVoid() {
        return has(Trait.RELEASES) || this == TAIL_CALL;
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
            default -> "-" + ErrorMacro.ENOENT;
        };
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
