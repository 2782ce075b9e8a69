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

/**
 * An operation of a program on a map for which the header has a helper: those that read, add or delete entries, so that C checks the types of
 * keys and values, keys have no stray bytes, and failed additions are counted. For all else, programs call the kernel's functions.
 */
enum HelperOperation {
    LOOKUP(Trait.KEY, Trait.RETURNS_POINTER),
    UPDATE(Trait.KEY, Trait.VALUE, Trait.FLAGS, Trait.CHANGE, Trait.RETURNS_INT, Trait.MUST_CHECK),
    DELETE(Trait.KEY, Trait.CHANGE, Trait.RETURNS_INT),
    LOOKUP_OR_INIT(Trait.KEY, Trait.VALUE, Trait.CHANGE, Trait.RETURNS_POINTER, Trait.MUST_CHECK),
    /** Adds numbers to those of an entry, with atomic instructions. */
    ADD_NUMBERS(Trait.KEY, Trait.VALUE, Trait.CHANGE, Trait.RETURNS_INT, Trait.MUST_CHECK),
    PUSH(Trait.VALUE, Trait.FLAGS, Trait.CHANGE, Trait.RETURNS_INT, Trait.MUST_CHECK),
    POP(Trait.TARGET, Trait.CHANGE, Trait.RETURNS_INT, Trait.MUST_CHECK),
    PEEK(Trait.TARGET, Trait.RETURNS_INT, Trait.MUST_CHECK),
    ADD(Trait.VALUE, Trait.CHANGE, Trait.RETURNS_INT, Trait.MUST_CHECK),
    MIGHT_CONTAIN(Trait.VALUE),
    RESERVE(Trait.RETURNS_POINTER),
    OUTPUT(Trait.VALUE, Trait.FLAGS, Trait.MUST_CHECK),
    PERF_OUTPUT(Trait.CONTEXT, Trait.VALUE);

    /** A property of a helper's parameters, effect or result. */
    enum Trait {
        /** The helper takes a key. */
        KEY,
        /** The helper takes a value to store, to send or to look for. */
        VALUE,
        /** The helper copies a value to memory of the caller. */
        TARGET,
        /** The helper takes the program's context. */
        CONTEXT,
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

    /** The operations on this map for which the header has helpers. */
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
     * The operations on an inner map that have a combined helper, which looks the inner map up: those that read or add. What only replaces
     * counted numbers has none.
     */
    static List<HelperOperation> combined(Schema schema, MapDef inner) {
        List<HelperOperation> all = of(schema, inner);
        return all.stream()
                .filter(operation -> operation != DELETE && !(operation == UPDATE && all.contains(ADD_NUMBERS)))
                .toList();
    }

    private static List<HelperOperation> of(MapKind kind, boolean isStream) {
        return switch (kind.structure()) {
            case TABLE -> List.of(LOOKUP, UPDATE, DELETE, LOOKUP_OR_INIT);
            case STORAGE -> List.of(LOOKUP, DELETE, LOOKUP_OR_INIT);
            // No LOOKUP_OR_INIT: a lookup in a trie may find the entry of
            // a shorter prefix, so it can't tell whether the key has one.
            case TRIE -> List.of(LOOKUP, UPDATE, DELETE);
            case VALUES -> List.of(LOOKUP, UPDATE);
            case ELEMENTS -> List.of(PUSH, POP, PEEK);
            case SET -> List.of(ADD, MIGHT_CONTAIN);
            case EVENTS -> List.of(RESERVE, OUTPUT);
            case PERF_EVENTS -> isStream ? List.of(PERF_OUTPUT) : List.of();
            case MAPS -> List.of(LOOKUP);
            case TRACES, DEVICES, DESCRIPTORS, REQUESTS, PAGES, UNSUPPORTED -> List.of();
        };
    }

    /** Whether the helper adds to what a map holds, so that it can count what the kernel refuses. */
    boolean isAddition() {
        return switch (this) {
            case UPDATE, LOOKUP_OR_INIT, ADD_NUMBERS, PUSH, RESERVE, OUTPUT, PERF_OUTPUT -> true;
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

    /** The result of the helper if the outer map has no inner map at the key. It equals the kernel's result for an entry that does not exist. */
    String absent() {
        return switch (this) {
            case LOOKUP, LOOKUP_OR_INIT, RESERVE -> "NULL";
            case MIGHT_CONTAIN -> "0";
            default -> "-" + ErrorMacro.ENOENT;
        };
    }

    /** The end of the helper's name. */
    String suffix() {
        return this == ADD_NUMBERS ? ADD.suffix() : "_" + name().toLowerCase(Locale.ROOT);
    }
}
