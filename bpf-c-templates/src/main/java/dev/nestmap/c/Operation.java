/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.c;

import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.Locale;

/** What a program does with a map through a helper of its own. */
enum Operation {
    LOOKUP,
    UPDATE,
    DELETE,
    LOOKUP_OR_INIT,
    PUSH,
    POP,
    PEEK,
    ADD,
    MIGHT_CONTAIN,
    RESERVE,
    SUBMIT,
    DISCARD,
    OUTPUT,
    DRAIN,
    READ,
    REDIRECT,
    RECORD,
    TAIL_CALL;

    /** The operations that the kernel lets programs do with a map of this kind, and that Nestmap has helpers for. */
    static List<Operation> of(MapKind kind) {
        return switch (kind) {
            case HASH, LRU_HASH, PERCPU_HASH, LRU_PERCPU_HASH -> List.of(LOOKUP, UPDATE, DELETE, LOOKUP_OR_INIT);
            case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> List.of(LOOKUP, DELETE, LOOKUP_OR_INIT);
            // Of a trie, what a look-up finds need not be the entry of that key, so there is none that it could make.
            case LPM_TRIE -> List.of(LOOKUP, UPDATE, DELETE);
            case ARRAY, PERCPU_ARRAY -> List.of(LOOKUP, UPDATE);
            case QUEUE, STACK -> List.of(PUSH, POP, PEEK);
            case BLOOM_FILTER -> List.of(ADD, MIGHT_CONTAIN);
            case RINGBUF -> List.of(RESERVE, SUBMIT, DISCARD, OUTPUT);
            case USER_RINGBUF -> List.of(DRAIN, READ);
            case DEVMAP, DEVMAP_HASH, CPUMAP, XSKMAP -> List.of(REDIRECT);
            case STACK_TRACE -> List.of(RECORD);
            case PROG_ARRAY -> List.of(TAIL_CALL);
            case HASH_OF_MAPS, ARRAY_OF_MAPS -> List.of(LOOKUP);
            default -> List.of();
        };
    }

    /** What of it goes through an outer map in one call: what needs no more than the two maps. */
    static List<Operation> fused(MapKind inner) {
        return of(inner).stream()
                .filter(Operation::isOfMap)
                .filter(operation -> operation == LOOKUP || operation == REDIRECT || !operation.isKeyed())
                .toList();
    }

    /** Whether it names the map; otherwise it is about a record that came from one. */
    boolean isOfMap() {
        return this != SUBMIT && this != DISCARD && this != READ;
    }

    /** Whether it is about the entry of a key. */
    boolean isKeyed() {
        return compareTo(LOOKUP_OR_INIT) <= 0 || this == REDIRECT || this == TAIL_CALL;
    }

    /** Whether a value goes in. */
    boolean writes() {
        return switch (this) {
            case UPDATE, LOOKUP_OR_INIT, PUSH, ADD, MIGHT_CONTAIN, OUTPUT -> true;
            case LOOKUP, DELETE, POP, PEEK, RESERVE, SUBMIT, DISCARD, DRAIN, READ, REDIRECT, RECORD, TAIL_CALL -> false;
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

    /** Whether the kernel has to know what the program was given. */
    boolean takesContext() {
        return this == RECORD || this == TAIL_CALL;
    }

    /** Whether the caller chooses flags. */
    boolean hasFlags() {
        return switch (this) {
            case UPDATE, PUSH, OUTPUT, DRAIN, REDIRECT, RECORD -> true;
            default -> ends();
        };
    }

    /** Whether it gives a pointer to a value in the map. */
    boolean finds() {
        return this == LOOKUP || this == LOOKUP_OR_INIT || this == RESERVE;
    }

    /** What it gives, through an outer map that has no inner map at the key, instead of what the inner map would say. */
    String absent() {
        if (finds()) {
            return "NULL";
        }
        return this == MIGHT_CONTAIN ? "0" : "-2 /* ENOENT */";
    }

    /** Its part of a helper's name. */
    String suffix() {
        return "_" + name().toLowerCase(Locale.ROOT);
    }
}
