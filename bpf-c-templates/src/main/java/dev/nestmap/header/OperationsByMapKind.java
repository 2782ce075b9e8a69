/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import static dev.nestmap.header.HelperOperation.ADD;
import static dev.nestmap.header.HelperOperation.ADD_NUMBERS;
import static dev.nestmap.header.HelperOperation.CURRENT_TASK_UNDER;
import static dev.nestmap.header.HelperOperation.DELETE;
import static dev.nestmap.header.HelperOperation.DISCARD;
import static dev.nestmap.header.HelperOperation.DRAIN;
import static dev.nestmap.header.HelperOperation.FOR_EACH;
import static dev.nestmap.header.HelperOperation.LOOKUP;
import static dev.nestmap.header.HelperOperation.LOOKUP_OR_INIT;
import static dev.nestmap.header.HelperOperation.LOOKUP_PERCPU;
import static dev.nestmap.header.HelperOperation.MIGHT_CONTAIN;
import static dev.nestmap.header.HelperOperation.MSG_REDIRECT;
import static dev.nestmap.header.HelperOperation.OUTPUT;
import static dev.nestmap.header.HelperOperation.PEEK;
import static dev.nestmap.header.HelperOperation.PERF_EMIT;
import static dev.nestmap.header.HelperOperation.PERF_OUTPUT;
import static dev.nestmap.header.HelperOperation.PERF_READ;
import static dev.nestmap.header.HelperOperation.POP;
import static dev.nestmap.header.HelperOperation.PUSH;
import static dev.nestmap.header.HelperOperation.QUERY;
import static dev.nestmap.header.HelperOperation.READ;
import static dev.nestmap.header.HelperOperation.RECORD;
import static dev.nestmap.header.HelperOperation.REDIRECT;
import static dev.nestmap.header.HelperOperation.RESERVE;
import static dev.nestmap.header.HelperOperation.SELECT_REUSEPORT;
import static dev.nestmap.header.HelperOperation.SKB_UNDER;
import static dev.nestmap.header.HelperOperation.SK_REDIRECT;
import static dev.nestmap.header.HelperOperation.SOCK_UPDATE;
import static dev.nestmap.header.HelperOperation.SUBMIT;
import static dev.nestmap.header.HelperOperation.TAIL_CALL;
import static dev.nestmap.header.HelperOperation.UPDATE;
import static dev.nestmap.header.HelperOperation.UPDATE_SOCKET;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.stream.Stream;

/** The operations with helpers in the header, by map type. */
final class OperationsByMapKind {
    private OperationsByMapKind() {}

    /** The operations on this map for which the header has helpers. The kernel allows programs all of them. */
    static List<HelperOperation> of(MapDef map) {
        if (map.isStream() && map.value() == null) {
            return List.of(); // the type of its events is unknown
        }
        Stream<HelperOperation> counting =
                PerCpuCounterFields.of(map).isPresent() ? Stream.of(ADD_NUMBERS) : Stream.empty();
        return Stream.concat(of(map.kind(), map.isStream()).stream(), counting)
                .filter(operation -> !map.isReadOnlyToPrograms() || !operation.changesMap())
                .toList();
    }

    /**
     * The operations on an inner map that have a combined helper, which looks the inner map up in the outer map and calls the inner helper.
     */
    static List<HelperOperation> combined(MapDef inner) {
        return of(inner).stream().filter(HelperOperation::takesMap).toList();
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
}
