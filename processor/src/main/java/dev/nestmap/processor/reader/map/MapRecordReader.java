/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import com.google.auto.common.MoreTypes;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.DeclaredInnerMapModel;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.OuterMapModel;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.reader.declaration.Imports;
import dev.nestmap.processor.reader.name.CNameAllocator;
import dev.nestmap.processor.reader.name.JavaNames;
import dev.nestmap.processor.reader.source.AnnotationValues;
import dev.nestmap.processor.reader.source.EnclosingTypes;
import dev.nestmap.processor.reader.source.KeyCheck;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.type.CTypeReader;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Reading;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.types.Reducible;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/** Reads annotated records as maps. Outer maps are read by {@link OuterMapReader}. */
public final class MapRecordReader {
    /** The key type of a local storage map. The kernel accepts only a 4-byte integer in BTF. */
    private static final Scalar DESCRIPTOR = Scalar.S32;

    private final TypeElement topLevel;
    private final CNameAllocator names;
    private final CTypeReader types;
    private final Problems problems;
    private final MapValues mapValues;
    private final PinReader pins;
    private final KeyPadding padding;
    private final TrieAlignment tries;
    private final SlotAnnotationReader slots;
    private final OuterKeyReader outerKeys;
    private final OuterMapReader outerMaps;
    private final DefinitionsByAnnotation definitions = new DefinitionsByAnnotation();

    /** The definitions whose lost inserts a map counts. */
    private final Set<String> counted = new HashSet<>();

    public MapRecordReader(
            TypeElement topLevel, CNameAllocator names, CTypeReader types, Imports imports, Problems problems) {
        this.topLevel = topLevel;
        this.names = names;
        this.types = types;
        this.problems = problems;
        this.mapValues = new MapValues(types, problems);
        this.pins = new PinReader(problems);
        this.padding = new KeyPadding(topLevel, types, problems);
        this.tries = new TrieAlignment(topLevel, problems);
        this.slots = new SlotAnnotationReader(topLevel, names, problems, definitions);
        this.outerKeys = new OuterKeyReader(topLevel, names, types, padding, problems);
        this.outerMaps = new OuterMapReader(
                topLevel,
                names,
                outerKeys,
                new InnerMapLookup(topLevel, imports, problems),
                pins,
                slots,
                problems,
                definitions);
    }

    /** The maps with definitions of inner maps that exist from the start. */
    public List<DeclaredInnerMapModel> declaredInners() {
        return slots.declaredInners();
    }

    /** The key structs of outer maps whose key has several components. */
    public List<StructModel> outerKeys() {
        return outerKeys.structs();
    }

    /** The definitions of the maps that have been read. */
    public DefinitionsByAnnotation definitions() {
        return definitions;
    }

    /** Reads an inner or plain map. */
    public Optional<EntryMapModel> entryMap(MapAnnotation annotation) {
        TypeElement record = annotation.record();
        if (!annotation.kind().holdsPrograms()) {
            slots.reject(annotation);
        }
        String name = annotation.name(names, problems);
        long maxEntries = annotation.maxEntries(name, problems);
        boolean keyless = MapKeys.isKeyless(annotation);
        Optional<RecordComponentElement> key = MapKeys.of(annotation, problems);
        List<RecordComponentElement> elements = new ArrayList<>(record.getRecordComponents());
        List<Conversion> values = new ArrayList<>(types.components(elements));
        int keyIndex = key.map(elements::indexOf).orElse(-1);
        key.ifPresent(new KeyCheck(topLevel, problems)::check);
        key.ifPresent(padding::check);
        if (keyIndex < 0 && !keyless) {
            mapValues.read(annotation, name, elements, values);
            return Optional.empty();
        }
        Optional<EntryMapModel.Key> keyComponent = key.map(element ->
                new EntryMapModel.Key(elements.remove(keyIndex).getSimpleName().toString(), values.remove(keyIndex)));
        key.ifPresent(element -> types.checkOutsideStruct(
                element, keyComponent.orElseThrow().conversion(), "the key is not part of the value struct"));
        MapValues.Value value = mapValues.read(annotation, name, elements, values);
        mapValues.check(annotation, elements, value);
        MapDef map = definition(annotation, name, maxEntries, keyComponent, value);
        definitions.add(annotation, map);
        tries.check(record, map);
        keyComponent.ifPresent(found ->
                MapKeys.checkEnum(annotation, SourceLocation.of(key.orElseThrow()), found.conversion(), map, problems));
        EntryMapModel model = new EntryMapModel(
                ClassName.get(record),
                JavaNames.accessor(record, topLevel),
                annotation.javaName(),
                map,
                keyComponent,
                isReducible(record),
                components(value, keyComponent, keyIndex),
                pins.pin(annotation, map));
        slots.readMaps(annotation, model);
        return Optional.of(model);
    }

    /** The components of the record: those of the value, with the key at its index. */
    private static List<ComponentModel> components(
            MapValues.Value value, Optional<EntryMapModel.Key> key, int keyIndex) {
        List<ComponentModel> components = new ArrayList<>(value.components());
        key.ifPresent(found -> components.add(keyIndex, new ComponentModel(found.name(), 0, found.conversion())));
        return components;
    }

    private MapDef definition(
            MapAnnotation annotation,
            String name,
            long maxEntries,
            Optional<EntryMapModel.Key> key,
            MapValues.Value value) {
        MapKind kind = annotation.kind();
        return new MapDef(
                annotation.role() == MapRole.INNER ? names.derived(name, "_map") : name,
                annotation.role(),
                kind,
                maxEntries,
                annotation.flags(),
                annotation.extra(),
                annotation.numaNode(),
                key.map(found -> MapKeys.keyType(kind, found.conversion()))
                        .orElse(kind.isStorage() ? DESCRIPTOR : null),
                value.type(),
                null,
                key.filter(found -> kind.holdsPrograms())
                        .map(found -> slots.programs(annotation, found.conversion()))
                        .orElse(SlotContents.NONE),
                annotation.isPinnedByName());
    }

    /**
     * Reads which inserts a plain map counts.
     *
     * @param innerMaps the inner maps of the same top-level type, which have been read before
     */
    public Optional<Reading> lostInserts(
            MapAnnotation annotation, EntryMapModel counts, List<EntryMapModel> innerMaps) {
        TypeMirror named = (TypeMirror) AnnotationValues.value(annotation.mirror(), "lostInsertsOf");
        if (named.getKind() == TypeKind.VOID) {
            return Optional.empty();
        }
        MapDef map = counts.map();
        Optional<MapDef> inner = innerMaps.stream()
                .filter(model -> model.record().equals(TypeName.get(named)))
                .map(EntryMapModel::map)
                .findFirst();
        String why = null;
        String fix = "name an @InnerMap record of type HASH or PERCPU_HASH in this object";
        if (inner.isEmpty() || EnclosingTypes.isForeign(topLevel)) {
            why = "the helpers of its inner maps, which count, are not generated for this object";
        } else if (inner.get().kind() != MapKind.HASH && inner.get().kind() != MapKind.PERCPU_HASH) {
            why = "only helpers for inner maps of type HASH and PERCPU_HASH count, and it is a "
                    + inner.get().kind();
        } else if (map.kind() != MapKind.HASH || map.key() != Scalar.U32 || map.value() != Scalar.U64) {
            why = "helpers count in a HASH with the id of the inner map as key (__u32) and the number as value (__u64)";
            fix = "declare the components (@Key @U32 long map, @U64 long count), and no other type";
        } else if (!counted.add(inner.get().name())) {
            why = "another map counts them";
            fix = "declare one of the two maps without lostInsertsOf";
        }
        if (why != null) {
            problems.error(
                    annotation.place("lostInsertsOf"), Rule.LOST_INSERTS_DO_NOT_FIT, map.name(), named, why, fix);
            return Optional.empty();
        }
        return inner.map(definition -> new Reading.LostInserts(Reading.MAP + map.name(), "value", definition.name()));
    }

    /** Reads an outer map. The inner maps of the same top-level type must have been read before. */
    public Optional<OuterMapModel> outerMap(MapAnnotation annotation, List<EntryMapModel> innerMaps) {
        return outerMaps.read(annotation, innerMaps);
    }

    /** Whether a record implements {@code Reducible} of itself. */
    private static boolean isReducible(TypeElement record) {
        return record.getInterfaces().stream()
                .filter(type -> type.getKind() == TypeKind.DECLARED)
                .map(MoreTypes::asDeclared)
                .filter(type -> MoreTypes.isTypeOf(Reducible.class, type))
                .flatMap(type -> type.getTypeArguments().stream())
                .anyMatch(argument -> MoreTypes.equivalence().equivalent(argument, record.asType()));
    }
}
