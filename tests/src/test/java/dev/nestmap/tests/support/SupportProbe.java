/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.support;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** Creates a map of a type on the running kernel, as a plain map and in both outer types, and tries every operation on it. */
final class SupportProbe implements AutoCloseable {
    private static final String CREATE = "create";
    private static final List<MapKind> OUTERS = List.of(MapKind.ARRAY_OF_MAPS, MapKind.HASH_OF_MAPS);

    private final ProbedMap subject;
    private final MapFactory kernel;
    private final Deque<RawMap> opened = new ArrayDeque<>();
    private final Map<String, String> outcomes = new LinkedHashMap<>();

    private SupportProbe(ProbedMap subject) {
        this.subject = subject;
        this.kernel = new KernelMapFactory().of(subject.definition(subject.maxEntries()));
    }

    /** Returns the result of each operation, in order. */
    static Map<String, String> of(ProbedMap subject) {
        try (SupportProbe trial = new SupportProbe(subject)) {
            trial.run();
            return trial.outcomes;
        }
    }

    private void run() {
        RawMap plain;
        try {
            plain = create(subject.maxEntries());
        } catch (BpfException e) {
            outcomes.put(CREATE, "no such type (" + e.errno() + ")");
            return;
        }
        outcomes.put(CREATE, "works");
        Map<String, RawMap> places = new LinkedHashMap<>();
        places.put("plain", plain);
        for (MapKind outer : OUTERS) {
            insert(outer, places);
        }
        for (Operation operation : Operation.values()) {
            if (operation.isAskedOf(subject)) {
                outcomes.put(operation.title(), outcome(operation, places));
            }
        }
    }

    /** Inserts an inner map into an outer map, if the kernel accepts it, and opens it from there. */
    private void insert(MapKind kind, Map<String, RawMap> places) {
        String inner = "inner map of " + kind;
        RawMap outer;
        try {
            outer = own(kernel.create(new MapShape("outer", kind, 4, 4, 2, 0), create(subject.maxEntries())));
        } catch (BpfException e) {
            outcomes.put(inner, String.valueOf(e.errno()));
            return;
        }
        OffHeapBlock block = OffHeapBlock.allocate(2 * Long.BYTES);
        int result = outer.update(block, 0, create(subject.maxEntries()), 0);
        outcomes.put(inner, result == 0 ? "works" : String.valueOf(Errno.of(-result)));
        outcomes.put("of another `max_entries`, in " + kind, anotherLength(outer, block));
        if (result == 0 && outer.update(block, 0, create(subject.maxEntries()), 0) == 0) {
            outer.lookup(block, 0, Long.BYTES);
            int id = block.bytes().getInt(Long.BYTES);
            places.put("in " + kind, own(Objects.requireNonNull(kernel.open(id), "it is in the outer map")));
        }
    }

    private String anotherLength(RawMap outer, OffHeapBlock block) {
        if (subject.maxEntries() == 0) {
            return "no `max_entries`";
        }
        int result = outer.update(block, 0, create(2 * subject.maxEntries()), 0);
        if (result == 0 && subject.kind().fixesLength(subject.flags())) {
            return "refused by Nestmap: programs would read past its end";
        }
        return result == 0 ? "works" : String.valueOf(Errno.of(-result));
    }

    /** Returns one result if the plain map and the inner maps answer alike, otherwise the result for each. */
    private String outcome(Operation operation, Map<String, RawMap> places) {
        Map<String, String> answers = new LinkedHashMap<>();
        places.forEach((place, map) -> answers.put(place, operation.outcome(subject, map)));
        TreeSet<String> different = new TreeSet<>(answers.values());
        return different.size() == 1 ? different.first() : answers.toString();
    }

    private RawMap create(long maxEntries) {
        MapDef definition = subject.definition(maxEntries);
        return own(kernel.create(MapShape.of(definition), null));
    }

    private RawMap own(RawMap map) {
        opened.push(map);
        return map;
    }

    @Override
    public void close() {
        opened.forEach(RawMap::close);
    }
}
