/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import com.palantir.javapoet.ClassName;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.DeclaredInnerMapModel;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.MapModel;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.reader.source.GeneratedJavaNames;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.type.CTypeReader;
import dev.nestmap.processor.reader.type.ManagedFieldReader;
import dev.nestmap.processor.reader.type.TypedComponent;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.LostEventMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.element.NestingKind;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/** Reads annotated records as maps. Outer maps are read by {@link OuterMapReader}. */
public final class MapRecordReader {
    /** The key type of a local storage map. The kernel accepts only a 4-byte integer in BTF. */
    private static final Scalar DESCRIPTOR = Scalar.S32;

    /** The value type of a set: one byte, because the kernel has no maps without values. */
    private static final Scalar PRESENT = Scalar.U8;

    /** The length of a prefix, which is the first part of the key of an LPM_TRIE. */
    private static final int PREFIX_LENGTH = Integer.BYTES;

    private final ReaderContext context;
    private final CTypeReader types;
    private final Problems problems;
    private final PinReader pins;
    private final MapKeyReader keys;
    private final InstanceReader instances;
    private final OuterMapReader outerMaps;
    private final MapDefinitionsByAnnotation definitions = new MapDefinitionsByAnnotation();

    private final List<MapDef> lostEvents = new ArrayList<>();

    /**
     * A value.
     *
     * @param type its C type, or null if the map has no entries
     * @param components its components, with their offsets
     */
    private record Value(@Nullable CType type, List<ComponentModel> components) {}

    public MapRecordReader(ReaderContext context, CTypeReader types) {
        this.context = context;
        this.types = types;
        this.problems = context.problems();
        this.pins = new PinReader(problems);
        this.keys = new MapKeyReader(context);
        this.instances = new InstanceReader(context);
        this.outerMaps = new OuterMapReader(context, types, keys, pins, definitions);
    }

    /** The maps with definitions of inner maps that exist from the start. */
    public List<DeclaredInnerMapModel> declaredInners() {
        return instances.instances();
    }

    /** The key structs of outer maps whose key has several components. */
    public List<StructModel> outerKeys() {
        return outerMaps.keyStructs();
    }

    /** The definitions of the maps that have been read. */
    public MapDefinitionsByAnnotation definitions() {
        return definitions;
    }

    /** The maps in which programs count the lost events of streams. */
    public List<MapDef> lostEvents() {
        return lostEvents;
    }

    /** Reads the inner maps first, because the others refer to them, then the others in the order of the source. */
    public List<MapModel> read(List<MapAnnotation> annotations) {
        List<EntryMapModel> inner = annotations.stream()
                .filter(annotation -> annotation.role() == MapRole.INNER)
                .flatMap(annotation -> entryMap(annotation).stream())
                .toList();
        List<MapModel> models = new ArrayList<>(inner);
        for (MapAnnotation annotation : annotations) {
            if (annotation.role() == MapRole.OUTER) {
                outerMaps.read(annotation, inner).ifPresent(models::add);
            } else if (annotation.role() == MapRole.PLAIN) {
                entryMap(annotation).ifPresent(model -> {
                    models.add(model);
                    countLostEvents(annotation, model.map());
                });
            }
        }
        return models;
    }

    /** Reads an inner or plain map. */
    private Optional<EntryMapModel> entryMap(MapAnnotation annotation) {
        TypeElement record = annotation.record();
        String name = annotation.name(context.names(), problems);
        long maxEntries = annotation.maxEntries(name, problems);
        boolean keyless = MapKeyReader.isKeyless(annotation);
        Optional<RecordComponentElement> element = keys.of(annotation);
        List<TypedComponent> values = new ArrayList<>(types.components(record));
        int keyIndex = element.map(record.getRecordComponents()::indexOf).orElse(-1);
        element.ifPresent(keys::checkEquality);
        if (keyIndex < 0 && !keyless) {
            value(annotation, name, values);
            return Optional.empty();
        }
        Optional<TypedComponent> key = element.map(unused -> values.remove(keyIndex));
        key.ifPresent(read -> types.checkOutsideStruct(read, "the key is not part of the value struct"));
        key.ifPresent(read -> keys.checkIndex(annotation.kind(), read));
        Optional<CType> keyType = key.map(read -> MapKeyReader.keyType(annotation.kind(), read));
        Value value = value(annotation, name, values);
        checkValue(annotation, values, value);
        checkValueSize(annotation, name);
        boolean isInner = annotation.role() == MapRole.INNER;
        MapDef map = annotation.definition(
                isInner ? context.names().derived(name, "_map") : name,
                maxEntries,
                keyType.orElse(annotation.kind().isStorage() ? DESCRIPTOR : null),
                value.type(),
                null,
                problems);
        definitions.ofRecords().put(annotation, map);
        noteTrie(record, map);
        CounterWidthCheck.check(context, map, values);
        key.ifPresent(read -> keys.checkEnum(read, map));
        Optional<ComponentModel> keyComponent = key.map(TypedComponent::whole);
        List<ComponentModel> components = new ArrayList<>(value.components());
        keyComponent.ifPresent(found -> components.add(keyIndex, found));
        EntryMapModel model = new EntryMapModel(
                ClassName.get(record),
                GeneratedJavaNames.accessor(record, context.topLevel()),
                annotation.javaName(context.names()),
                map,
                keyComponent,
                components,
                pins.pin(annotation, map));
        instances.read(annotation, model);
        return Optional.of(model);
    }

    /**
     * Reads a value. One component is its own C type, several are a struct, and none is a set or a stream of unknown events. Managed fields
     * always need a struct.
     */
    private Value value(MapAnnotation annotation, String name, List<TypedComponent> components) {
        TypeElement record = annotation.record();
        if (!annotation.kind().hasEntries()) {
            components.forEach(read -> problems.error(
                    read.component().place(), Rule.ARENA_WITH_COMPONENTS, record.getSimpleName(), read.name()));
            types.managed().reject(record, ManagedFieldReader.Role.ARENA);
            types.rejectStructAnnotations(record, "the map has no value struct", "");
            return new Value(null, List.of());
        }
        List<ManagedFieldReader.Managed> managed = types.managed().read(record, components);
        Optional<String> tag = annotation.struct(context.names());
        if (tag.isPresent() && managed.isEmpty() && components.size() < 2) {
            problems.error(annotation.place("struct"), Rule.STRUCT_NAME_MISPLACED, name, tag.get());
        }
        if (managed.isEmpty() && components.isEmpty()) {
            types.rejectStructAnnotations(record, "the map has no value struct", "");
            // The record of a stream may leave open what its events are. Java then can't read them.
            return new Value(MapKeyReader.isStream(annotation) ? null : impliedValue(annotation), List.of());
        }
        if (managed.isEmpty() && components.size() == 1) {
            TypedComponent only = components.get(0);
            types.checkSingleComponent(record, only);
            return new Value(only.conversion().type(), List.of(only.whole()));
        }
        StructModel struct = types.struct(record, tag.orElse(name), components, managed);
        return new Value(struct.type(), struct.components());
    }

    /** The type of values that no component declares. */
    private static Scalar impliedValue(MapAnnotation annotation) {
        return switch (annotation.kind().descriptorSize()) {
            case Integer.BYTES -> Scalar.U32;
            case Long.BYTES -> annotation.use().number("valueSize") == Integer.BYTES ? Scalar.U32 : Scalar.U64;
            default -> PRESENT;
        };
    }

    /** Checks that the map type allows this value, or no value. */
    private void checkValue(MapAnnotation annotation, List<TypedComponent> components, Value value) {
        TypeElement record = annotation.record();
        if (annotation.kind().descriptorSize() > 0 && !MapKeyReader.isKeyless(annotation)) {
            components.forEach(read -> problems.error(
                    read.component().place(), Rule.VALUE_IN_DESCRIPTOR_MAP, record.getSimpleName(), annotation.kind()));
            return;
        }
        if (value.type() != PRESENT || !value.components().isEmpty()) {
            return;
        }
        switch (annotation.kind().keyRule()) {
            case INDEX ->
                problems.error(record, Rule.ARRAY_WITHOUT_VALUE, annotation.kind(), ", or use type HASH for a set");
            case NUMBER -> problems.error(record, Rule.ARRAY_WITHOUT_VALUE, annotation.kind(), "");
            case NONE, OWNER -> problems.error(record, Rule.EMPTY_STRUCT);
            case ANY, PREFIX, CGROUP -> {}
        }
    }

    /** Checks {@code valueSize}, which only maps of sockets leave open. */
    private void checkValueSize(MapAnnotation annotation, String name) {
        annotation.use().written("valueSize").ifPresent(place -> {
            long size = annotation.use().number("valueSize");
            boolean holdsSockets = annotation.kind().descriptorSize() == Long.BYTES;
            if (!holdsSockets) {
                String reason = "the components of the record determine the values of a " + annotation.kind();
                problems.error(place, Rule.VALUE_SIZE_DOES_NOT_FIT, name, size, reason, "");
            } else if (size != Integer.BYTES && size != Long.BYTES) {
                String reason = "a " + annotation.kind() + " has values of 4 or 8 bytes";
                problems.error(place, Rule.VALUE_SIZE_DOES_NOT_FIT, name, size, reason, ", or use 4");
            }
        });
    }

    /** Adds the notes about an LPM_TRIE, but not about somebody else's, because its C code stays as it is. */
    private void noteTrie(TypeElement record, MapDef map) {
        if (map.kind() == MapKind.LPM_TRIE && !context.isForeign()) {
            CType key = Objects.requireNonNull(map.key());
            noteUnalignedValue(record, map, key);
            noteByteOrder(record, map, key);
        }
    }

    /**
     * Adds a note about values of an LPM_TRIE that are not aligned. The kernel puts the value right after the key's data, which begins at a
     * multiple of 8 bytes ({@code struct lpm_trie_node} in kernel/bpf/lpm_trie.c, Linux 6.12).
     */
    private void noteUnalignedValue(TypeElement record, MapDef map, CType key) {
        CType value = Objects.requireNonNull(map.value());
        long data = key.size() - PREFIX_LENGTH;
        int number = Math.min(value.alignment(), Long.BYTES);
        if (data > 0 && data % number != 0) {
            problems.note(
                    SourceLocation.of(record),
                    Rule.TRIE_VALUE_NOT_ALIGNED,
                    map.name(),
                    CountText.of(data, "byte"),
                    CountText.of(number, "byte"));
        }
    }

    /**
     * Adds a note about a number in the prefix of an LPM_TRIE that is in the machine's byte order. The kernel compares the bits of each byte
     * from the most significant one on, byte by byte ({@code longest_prefix_match} in kernel/bpf/lpm_trie.c, Linux 6.12).
     */
    private void noteByteOrder(TypeElement record, MapDef map, CType key) {
        inMachineOrder(key, 0)
                .ifPresent(field -> problems.note(
                        SourceLocation.of(record),
                        Rule.TRIE_PREFIX_IN_MACHINE_ORDER,
                        map.name(),
                        field.name(),
                        field.type().innermost().spelling()));
    }

    /** The first number of several bytes after the length of the prefix that is not big-endian. */
    private static Optional<Field> inMachineOrder(CType type, long offset) {
        return type.fields().stream()
                .flatMap(field -> field.type().innermost() instanceof Scalar number
                        ? Stream.of(field)
                                .filter(any -> offset + field.offset() >= PREFIX_LENGTH)
                                .filter(any -> number.size() > Byte.BYTES && !number.bigEndian())
                        : inMachineOrder(field.type().innermost(), offset + field.offset()).stream())
                .findFirst();
    }

    /** Adds the map of the lost events of a stream, if programs of this object write it with generated helpers. */
    private void countLostEvents(MapAnnotation annotation, MapDef map) {
        boolean isOfObject = !context.isForeign() && annotation.record().getNestingKind() != NestingKind.TOP_LEVEL;
        if (isOfObject && LostEventMap.isCounted(map)) {
            context.names().derived(map.baseName(), LostEventMap.SUFFIX);
            lostEvents.add(LostEventMap.of(map));
        }
    }
}
