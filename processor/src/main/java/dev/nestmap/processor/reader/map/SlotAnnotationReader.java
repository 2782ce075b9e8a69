/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.Slot;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.DeclaredInnerMapModel;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.EnumConversion;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.reader.source.AnnotationUse;
import dev.nestmap.processor.reader.source.CNameChooser;
import dev.nestmap.processor.reader.source.GeneratedJavaNames;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.SlotFillTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.TypeElement;

/** Reads the annotations that put inner maps and programs into slots. {@code KernelRules} checks the slots in the schema. */
public final class SlotAnnotationReader {
    /** Stands in the name of a slot for the constants of an enum. */
    private static final String EACH_CONSTANT = "*";

    private final boolean isObject;
    private final CNameChooser names;
    private final Problems problems;
    private final MapDefinitionsByAnnotation definitions;
    private final Map<String, DeclaredInnerMapModel> declaredInners = new LinkedHashMap<>();

    /** A slot in the source. */
    private record Declared(SourceLocation place, List<Long> key, String name, Optional<Long> maxEntries) {}

    /** @param definitions receives the definitions of inner maps with a size of their own */
    SlotAnnotationReader(ReaderContext context, MapDefinitionsByAnnotation definitions) {
        this.isObject = MoreElements.isAnnotationPresent(context.topLevel(), BpfObject.class);
        this.names = context.names();
        this.problems = context.problems();
        this.definitions = definitions;
    }

    /** The maps with definitions of inner maps that exist from the start, each once. */
    List<DeclaredInnerMapModel> declaredInners() {
        return List.copyOf(declaredInners.values());
    }

    /** The annotations that declare slots. */
    public static List<AnnotationUse> annotations(TypeElement record) {
        return AnnotationUse.repeated(record, Slot.class, Slot.All.class);
    }

    /** Rejects slots on a map type that has none. */
    void reject(MapAnnotation annotation) {
        for (AnnotationUse slot : annotations(annotation.record())) {
            problems.error(
                    slot.place(),
                    Rule.SLOTS_MISPLACED,
                    slot.name(),
                    annotation.record().getSimpleName());
        }
    }

    /** The slots of an outer map. */
    SlotContents read(MapAnnotation annotation, Conversion key, EntryMapModel inner) {
        TypeElement record = annotation.record();
        if (!isObject) {
            reject(annotation);
            return SlotContents.NONE;
        }
        if (rejectAmbiguousSlots(annotation)) {
            return SlotContents.NONE;
        }
        List<SlotContents.Slot> slots = declared(record, key).stream()
                .map(slot -> new SlotContents.Slot(slot.key(), declaredInner(record, slot, inner)))
                .toList();
        SlotFillTime fill = annotation.use().flag("fillAtLoad") ? SlotFillTime.AT_LOAD : SlotFillTime.IN_OBJECT;
        return slots.isEmpty() ? SlotContents.NONE : new SlotContents(fill, slots);
    }

    /** The programs in slots of a program array. */
    SlotContents programs(MapAnnotation annotation, Conversion key) {
        List<SlotContents.Slot> slots = new ArrayList<>();
        for (Declared slot : declared(annotation.record(), key)) {
            names.checkIdentifier(slot.name(), slot.place(), CNameChooser.Named.PROGRAM);
            slot.maxEntries()
                    .ifPresent(entries ->
                            problems.error(slot.place(), Rule.SLOT_WITHOUT_SIZE, slot.name(), entries, "a program"));
            slots.add(new SlotContents.Slot(slot.key(), slot.name()));
        }
        return slots.isEmpty() ? SlotContents.NONE : new SlotContents(SlotFillTime.IN_OBJECT, slots);
    }

    private List<Declared> declared(TypeElement record, Conversion key) {
        List<Declared> declared = new ArrayList<>();
        for (AnnotationUse use : annotations(record)) {
            if (!problems.isComplete(use)) {
                continue;
            }
            SourceLocation place = use.place("name");
            String name = use.text("name");
            Optional<Long> size = use.written("maxEntries").map(unused -> use.number("maxEntries"));
            List<Long> numbers =
                    use.values("key").stream().map(Long.class::cast).toList();
            if (!numbers.isEmpty() || !name.contains(EACH_CONSTANT)) {
                declared.add(new Declared(place, numbers, name, size));
            } else if (key instanceof EnumConversion conversion) {
                declared.addAll(ofConstants(place, name, size, conversion.model()));
            } else {
                problems.error(use.place(), Rule.ENUM_SLOTS_WITHOUT_ENUM, name, record.getSimpleName());
            }
        }
        return declared;
    }

    /**
     * Rejects slots on a record with several outer maps, and on an outer map that sets the size of its inner maps.
     *
     * @return whether slots were rejected
     */
    private boolean rejectAmbiguousSlots(MapAnnotation annotation) {
        List<AnnotationUse> slots = annotations(annotation.record());
        String record = annotation.record().getSimpleName().toString();
        if (!slots.isEmpty() && annotation.isOfFamily()) {
            problems.error(slots.get(0).place(), Rule.SLOTS_ON_SEVERAL_OUTER_MAPS, record);
        } else if (!slots.isEmpty()
                && annotation.use().written("innerMaxEntries").isPresent()) {
            problems.error(annotation.place("innerMaxEntries"), Rule.SLOTS_AND_INNER_MAX_ENTRIES, record);
        } else {
            return false;
        }
        return true;
    }

    private static List<Declared> ofConstants(SourceLocation place, String name, Optional<Long> size, EnumModel keys) {
        return keys.constants().stream()
                .map(constant -> {
                    String own = name.replace(EACH_CONSTANT, CNameConverter.snakeCase(constant.name()));
                    return new Declared(place, List.of(constant.number()), own, size);
                })
                .toList();
    }

    /** Reads the maps that a record of inner maps declares outside of all outer maps. */
    void readMaps(MapAnnotation annotation, EntryMapModel inner) {
        if (annotation.role() != MapRole.INNER) {
            return;
        }
        SourceLocation place = annotation.place("instances");
        for (Object written : annotation.use().values("instances")) {
            if (!isObject) {
                problems.error(
                        place, Rule.MAPS_OUTSIDE_OBJECT, annotation.record().getSimpleName());
                return;
            }
            String name = written.toString();
            String inC = names.ofDeclaredInner(name, place);
            add(place, inC, declared(annotation.record(), name, inner.map().declaredInner(inC), inner));
        }
    }

    /** The C name of the inner map in a slot. */
    private String declaredInner(TypeElement record, Declared slot, EntryMapModel inner) {
        String name = names.ofDeclaredInner(slot.name(), slot.place());
        MapDef map = inner.map().declaredInner(name);
        if (slot.maxEntries().isPresent()) {
            map = sized(slot, map, slot.maxEntries().get());
        }
        add(slot.place(), name, declared(record, slot.name(), map, inner));
        return name;
    }

    private DeclaredInnerMapModel declared(TypeElement record, String written, MapDef map, EntryMapModel inner) {
        boolean inSlot = !ClassName.get(record).equals(inner.record());
        return new DeclaredInnerMapModel(
                map,
                GeneratedJavaNames.ofMap(names.withoutPrefix(written)),
                inner.accessor(),
                inSlot,
                ClassName.get(record));
    }

    private void add(SourceLocation place, String name, DeclaredInnerMapModel declared) {
        DeclaredInnerMapModel former = declaredInners.putIfAbsent(name, declared);
        if (former == null) {
            return;
        }
        if (!former.accessor().equals(declared.accessor())) {
            problems.error(
                    place,
                    Rule.INNER_MAP_NAME_REUSED,
                    name,
                    former.accessor().simpleName(),
                    former.declaredBy().simpleName(),
                    declared.accessor().simpleName(),
                    declared.declaredBy().simpleName());
        } else if (former.map().maxEntries() != declared.map().maxEntries()) {
            problems.error(
                    place,
                    Rule.INNER_MAP_SIZES_DIFFER,
                    name,
                    declared.map().maxEntries(),
                    former.map().maxEntries());
        }
    }

    /** An inner map with the size that its slot sets. The kernel compares the size with that of the prototype for some types. */
    private MapDef sized(Declared slot, MapDef map, long entries) {
        if (map.kind().isStorage()) {
            problems.error(slot.place(), Rule.SLOT_WITHOUT_SIZE, slot.name(), entries, "a map of type " + map.kind());
            return map;
        }
        if (entries < 1) {
            problems.error(slot.place(), Rule.SLOT_SIZE_NOT_POSITIVE, slot.name(), entries);
            return map;
        }
        if (entries != map.maxEntries() && map.kind().fixesLength(map.flags())) {
            problems.error(
                    slot.place(),
                    Rule.SLOT_SIZE_DOES_NOT_FIT,
                    slot.name(),
                    entries,
                    map.kind(),
                    map.kind() == MapKind.ARRAY ? ", or add MapFlag.INNER_MAP to the flags of the record" : "");
            return map;
        }
        MapDef sized = map.withMaxEntries(entries);
        definitions.ofSlots().put(slot.place(), sized);
        return sized;
    }
}
