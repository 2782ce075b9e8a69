/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.EnumSlots;
import dev.nestmap.annotations.Slot;
import dev.nestmap.annotations.SlotFill;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.DeclaredInnerMapModel;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.EnumConversion;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.reader.name.CNameAllocator;
import dev.nestmap.processor.reader.name.CNameCheck;
import dev.nestmap.processor.reader.name.CNames;
import dev.nestmap.processor.reader.name.JavaNames;
import dev.nestmap.processor.reader.source.AnnotationValues;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.rules.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;

/** Reads the annotations that put inner maps and programs into slots. {@code KernelRules} checks the slots in the schema. */
public final class SlotAnnotationReader {
    private final boolean isObject;
    private final CNameAllocator names;
    private final Problems problems;
    private final Map<String, DeclaredInnerMapModel> declaredInners = new LinkedHashMap<>();

    /** A slot in the source. */
    private record Declared(SourceLocation place, List<Long> key, String name) {}

    SlotAnnotationReader(TypeElement topLevel, CNameAllocator names, Problems problems) {
        this.isObject = MoreElements.isAnnotationPresent(topLevel, BpfObject.class);
        this.names = names;
        this.problems = problems;
    }

    /** The inner maps in slots, each once. */
    List<DeclaredInnerMapModel> declaredInners() {
        return List.copyOf(declaredInners.values());
    }

    /** The annotations that declare slots. Repeated annotations are left out, because javac has no position for them. */
    public static List<AnnotationMirror> annotations(TypeElement record) {
        return Stream.of(slots(record), enumSlots(record)).flatMap(List::stream).toList();
    }

    /** Rejects slots on a map type that has none. */
    void reject(MapAnnotation annotation) {
        for (AnnotationMirror mirror : annotations(annotation.record())) {
            problems.error(
                    SourceLocation.of(annotation.record(), mirror),
                    Rule.SLOTS_MISPLACED,
                    mirror.getAnnotationType().asElement().getSimpleName(),
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
        return slots.isEmpty() ? SlotContents.NONE : new SlotContents(fill(annotation), slots);
    }

    /** The programs in slots of a program array. */
    SlotContents programs(MapAnnotation annotation, Conversion key) {
        List<SlotContents.Slot> slots = new ArrayList<>();
        for (Declared slot : declared(annotation.record(), key)) {
            names.check().checkIdentifier(slot.name(), slot.place(), CNameCheck.Named.PROGRAM);
            slots.add(new SlotContents.Slot(slot.key(), slot.name()));
        }
        return slots.isEmpty() ? SlotContents.NONE : new SlotContents(SlotFill.IN_OBJECT, slots);
    }

    private static SlotFill fill(MapAnnotation annotation) {
        VariableElement constant = (VariableElement) AnnotationValues.value(annotation.mirror(), "fill");
        return SlotFill.valueOf(constant.getSimpleName().toString());
    }

    private List<Declared> declared(TypeElement record, Conversion key) {
        List<Declared> declared = new ArrayList<>();
        for (AnnotationMirror mirror : slots(record)) {
            if (AnnotationValues.isComplete(mirror)) {
                SourceLocation place = SourceLocation.of(record, mirror, "name");
                declared.add(new Declared(place, numbers(mirror), AnnotationValues.text(mirror, "name")));
            } else {
                problems.addMissingType();
            }
        }
        for (AnnotationMirror mirror : enumSlots(record)) {
            if (!AnnotationValues.isComplete(mirror)) {
                problems.addMissingType();
            } else if (key instanceof EnumConversion conversion) {
                declared.addAll(ofConstants(record, mirror, conversion.model()));
            } else {
                problems.error(SourceLocation.of(record, mirror), Rule.ENUM_SLOTS_WITHOUT_ENUM, record.getSimpleName());
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
        List<AnnotationMirror> slots = annotations(annotation.record());
        String record = annotation.record().getSimpleName().toString();
        if (!slots.isEmpty() && annotation.isOfFamily()) {
            problems.error(
                    SourceLocation.of(annotation.record(), slots.get(0)), Rule.SLOTS_ON_SEVERAL_OUTER_MAPS, record);
        } else if (!slots.isEmpty()
                && SourceLocation.ofWritten(annotation.record(), annotation.mirror(), "innerMaxEntries")
                        .isPresent()) {
            problems.error(annotation.place("innerMaxEntries"), Rule.SLOTS_AND_INNER_MAX_ENTRIES, record);
        } else {
            return false;
        }
        return true;
    }

    private static List<Declared> ofConstants(TypeElement record, AnnotationMirror mirror, EnumModel keys) {
        List<Declared> declared = new ArrayList<>();
        for (int i = 0; i < keys.constants().size(); i++) {
            String name = AnnotationValues.text(mirror, "prefix")
                    + CNames.snakeCase(keys.constants().get(i));
            long number = keys.type().constants().get(i).value();
            declared.add(new Declared(SourceLocation.of(record, mirror, "prefix"), List.of(number), name));
        }
        return declared;
    }

    /** The C name of the inner map in a slot. */
    private String declaredInner(TypeElement record, Declared slot, EntryMapModel inner) {
        String name = names.ofDeclaredInner(slot.name(), slot.place());
        DeclaredInnerMapModel declared = new DeclaredInnerMapModel(
                inner.map().declaredInner(name), JavaNames.ofMap(slot.name()), inner.accessor(), ClassName.get(record));
        DeclaredInnerMapModel former = declaredInners.putIfAbsent(name, declared);
        if (former != null && !former.accessor().equals(declared.accessor())) {
            problems.error(
                    slot.place(),
                    Rule.INNER_MAP_NAME_REUSED,
                    name,
                    former.accessor().simpleName(),
                    former.outer().simpleName(),
                    declared.accessor().simpleName(),
                    record.getSimpleName());
        }
        return name;
    }

    private static List<Long> numbers(AnnotationMirror slot) {
        return ((List<?>) AnnotationValues.value(slot, "index"))
                .stream()
                        .map(number -> (Long) ((AnnotationValue) number).getValue())
                        .toList();
    }

    private static List<AnnotationMirror> enumSlots(TypeElement record) {
        return List.copyOf(
                MoreElements.getAnnotationMirror(record, EnumSlots.class).asSet());
    }

    private static List<AnnotationMirror> slots(TypeElement record) {
        List<AnnotationMirror> found = new ArrayList<>(
                MoreElements.getAnnotationMirror(record, Slot.class).asSet());
        found.addAll(AnnotationValues.repeated(record, dev.nestmap.annotations.Slots.class));
        return found;
    }
}
