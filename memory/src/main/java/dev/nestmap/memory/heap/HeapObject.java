/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.E2BIG;

import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.LostEventMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.schema.UncountedMap.Counter;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntBiFunction;

/** The maps of a schema in the heap, and the programs that a test defines in Java. */
public final class HeapObject implements ObjectBackend {
    private final FaultInjection faults = new FaultInjection();
    private final MapFactory factory = new HeapMapFactory(faults, this::countFailedWrite);
    private final Schema schema;
    private final Map<String, RawMap> maps = new LinkedHashMap<>();
    private final Map<String, RawMap> sections = new LinkedHashMap<>();
    private final Map<String, Long> offsets = new HashMap<>();
    private final List<UntypedProgram> programs = new CopyOnWriteArrayList<>();
    private final AtomicInteger lastProgramId = new AtomicInteger();
    private volatile boolean closed;

    /** Creates every map that the schema declares. If a map can't be created, closes the other maps and throws. */
    public HeapObject(Schema schema) {
        this(schema, Map.of());
    }

    /**
     * Creates every map and section that the schema declares.
     *
     * @param values the initial bytes of variables, by their names; the other variables are zero
     */
    public HeapObject(Schema schema, Map<String, byte[]> values) {
        this.schema = schema;
        boolean complete = false;
        try {
            for (MapDef map : schema.maps()) {
                if (map.role() != MapRole.INNER) {
                    maps.put(map.name(), create(schema, map));
                }
            }
            contents(schema, values).forEach((name, content) -> sections.put(name, section(name, content)));
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    /** Lays out the variables, which no compiler has done: those of a section follow each other. Returns the bytes of each section. */
    private Map<String, byte[]> contents(Schema schema, Map<String, byte[]> values) {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        for (GlobalDef global : schema.globals()) {
            byte[] before = contents.getOrDefault(global.section(), new byte[0]);
            int alignment = Math.toIntExact(global.type().alignment());
            int offset = (before.length + alignment - 1) / alignment * alignment;
            byte[] content =
                    Arrays.copyOf(before, Math.toIntExact(offset + global.type().size()));
            byte[] value = values.getOrDefault(global.name(), new byte[0]);
            System.arraycopy(value, 0, content, offset, value.length);
            contents.put(global.section(), content);
            offsets.put(global.name(), (long) offset);
        }
        values.keySet().stream().filter(name -> schema.global(name).isEmpty()).forEach(name -> {
            throw new IllegalArgumentException("the object has no variable " + name);
        });
        return contents;
    }

    @Override
    public Map<String, RawMap> maps() {
        return Collections.unmodifiableMap(maps);
    }

    @Override
    public Map<String, RawMap> sections() {
        return Collections.unmodifiableMap(sections);
    }

    @Override
    public Map<String, Long> offsets() {
        return Collections.unmodifiableMap(offsets);
    }

    @Override
    public List<UntypedProgram> programs() {
        return Collections.unmodifiableList(programs);
    }

    /**
     * Adds a program in Java, in place of one with the same name.
     *
     * @param section the result of {@link Program#section} of the new program
     * @param body gets a packet and a context, may change their bytes, and returns the program's value
     */
    public synchronized UntypedProgram define(String name, String section, ToIntBiFunction<byte[], byte[]> body) {
        UntypedProgram program = new HeapProgram(name, section, lastProgramId.incrementAndGet(), body, () -> closed);
        programs.removeIf(other -> other.name().equals(name));
        programs.add(program);
        return program;
    }

    @Override
    public Set<Integer> mapIdsOf(Program program) {
        return Set.of();
    }

    @Override
    public MapFactory factory() {
        return factory;
    }

    /** The errors that its maps return. */
    public FaultInjection faults() {
        return faults;
    }

    @Override
    public boolean inMemory() {
        return true;
    }

    @Override
    public void close() {
        closed = true;
        maps.values().forEach(RawMap::close);
        sections.values().forEach(RawMap::close);
    }

    /** Counts an addition that an inner map or a stream has refused as the generated helpers do, if the schema has a map for the counts. */
    private void countFailedWrite(HeapMap map, int error) {
        schema.map(map.shape().name())
                .flatMap(stream -> LostEventMap.in(schema, stream))
                .map(counts -> maps.get(counts.name()))
                .ifPresent(counts -> addOne(counts, 0));
        countRefused(map, error == -E2BIG ? Counter.FULL : Counter.FAILED);
    }

    /** Counts a refused addition for the outer map whose slot has the inner map. Without one, the addition was in no outer map. */
    private void countRefused(HeapMap map, Counter reason) {
        schema.maps().stream()
                .filter(outer -> map.shape().name().equals(outer.definition()))
                .filter(outer -> UncountedMap.in(schema, outer).isPresent() && holds(map(outer), map.id()))
                .findFirst()
                .ifPresent(outer -> addOne(map(UncountedMap.of(outer)), reason.index()));
    }

    private RawMap map(MapDef definition) {
        return Objects.requireNonNull(maps.get(definition.name()), "the object has each map of its schema");
    }

    /** Whether a slot of an outer map has the inner map with this id. */
    private static boolean holds(RawMap outer, int id) {
        int size = Alignment.align(outer.shape().keySize());
        OffHeapBlock block = OffHeapBlock.allocate(size + Long.BYTES);
        int keyAt = -1;
        while (outer.nextKey(block, keyAt, 0) == 0) {
            keyAt = 0;
            if (outer.lookup(block, 0, size) == 0 && block.bytes().getInt(size) == id) {
                return true;
            }
        }
        return false;
    }

    private static void addOne(RawMap counts, int key) {
        OffHeapBlock entry = OffHeapBlock.allocate(Long.BYTES + counts.valueBytes());
        entry.bytes().putInt(0, key);
        synchronized (counts) {
            if (counts.lookup(entry, 0, Long.BYTES) == 0) {
                entry.bytes().putLong(Long.BYTES, entry.bytes().getLong(Long.BYTES) + 1);
                counts.update(entry, 0, Long.BYTES, RawMap.EXIST);
            }
        }
    }

    /** An array with one entry, which the views of its variables share. */
    private RawMap section(String name, byte[] content) {
        MapShape shape = new MapShape(name, MapKind.ARRAY, Integer.BYTES, content.length, 1, MapFlags.MMAPABLE);
        RawMap section = factory.create(shape, null);
        OffHeapBlock entry = OffHeapBlock.allocate(Long.BYTES + content.length);
        entry.bytes().put(Long.BYTES, content);
        section.update(entry, 0, Long.BYTES, RawMap.ANY);
        return section;
    }

    private RawMap create(Schema schema, MapDef map) {
        if (!map.kind().isMapOfMaps()) {
            return factory.create(MapShape.of(map), null);
        }
        RawMap prototype = factory.create(MapShape.of(schema.innerOf(map)), null);
        try {
            return factory.create(MapShape.of(map), prototype);
        } finally {
            prototype.close();
        }
    }
}
