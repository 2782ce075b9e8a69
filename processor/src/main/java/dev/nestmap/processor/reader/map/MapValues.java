/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.type.CTypeReader;
import dev.nestmap.processor.reader.type.ManagedFieldReader;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.List;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/** Reads the values of inner and plain maps: the components that are not the key. */
record MapValues(CTypeReader types, Problems problems) {
    /** The value type of a set: one byte, because the kernel has no maps without values. */
    private static final Scalar PRESENT = Scalar.U8;

    /** Checks that the map type allows this value, or no value. */
    void check(MapAnnotation annotation, List<RecordComponentElement> elements, Value value) {
        TypeElement record = annotation.record();
        if (annotation.kind().descriptorSize() > 0 && !MapKeys.isKeyless(annotation)) {
            elements.forEach(element -> problems.error(
                    SourceLocation.of(element),
                    Rule.VALUE_IN_DESCRIPTOR_MAP,
                    record.getSimpleName(),
                    annotation.kind()));
            return;
        }
        if (value.type() != PRESENT || !value.components().isEmpty()) {
            return;
        }
        switch (annotation.kind().keyRule()) {
            case INDEX, NUMBER ->
                problems.error(SourceLocation.of(record), Rule.ARRAY_WITHOUT_VALUE, record.getSimpleName());
            case NONE, OWNER -> problems.error(SourceLocation.of(record), Rule.EMPTY_STRUCT, record.getSimpleName());
            case ANY, PREFIX, CGROUP -> {}
        }
    }

    /**
     * A value.
     *
     * @param type its C type, or null if the map has no entries
     * @param components its components, with their offsets
     */
    record Value(@Nullable CType type, List<ComponentModel> components) {}

    /** Reads a value. One component is its own C type, several are a struct, and none is a set. Managed fields always need a struct. */
    Value read(
            MapAnnotation annotation,
            String name,
            List<RecordComponentElement> elements,
            List<Conversion> conversions) {
        TypeElement record = annotation.record();
        if (!annotation.kind().hasEntries()) {
            rejectEntries(record, elements);
            return new Value(null, List.of());
        }
        List<ManagedFieldReader.Managed> managed = types.managed(record, elements, ManagedFieldReader.Role.VALUE);
        if (!managed.isEmpty()) {
            StructType struct = types.structOf(record, name, elements, conversions, managed);
            return new Value(struct, types.withOffsets(elements, conversions, struct));
        }
        if (elements.isEmpty()) {
            types.rejectStructAnnotations(record, "the map has no value struct", "remove it");
            return new Value(implied(annotation.kind()), List.of());
        }
        if (elements.size() == 1) {
            Conversion only = conversions.get(0);
            types.checkSingleComponent(record, elements.get(0), only);
            String component = elements.get(0).getSimpleName().toString();
            return new Value(only.type(), List.of(new ComponentModel(component, 0, only)));
        }
        StructType struct = types.structOf(record, name, elements, conversions);
        return new Value(struct, types.withOffsets(elements, conversions, struct));
    }

    /** Rejects components and attributes of values on the record of a map without entries. */
    private void rejectEntries(TypeElement record, List<RecordComponentElement> elements) {
        elements.forEach(element -> problems.error(
                SourceLocation.of(element),
                Rule.ARENA_WITH_COMPONENTS,
                record.getSimpleName(),
                element.getSimpleName()));
        types.managed(record, elements, ManagedFieldReader.Role.ARENA);
        types.rejectStructAnnotations(record, "the map has no value struct", "remove it");
    }

    /** The type of values that no component declares. */
    private static Scalar implied(MapKind kind) {
        return switch (kind.descriptorSize()) {
            case Integer.BYTES -> Scalar.U32;
            case Long.BYTES -> Scalar.U64;
            default -> PRESENT;
        };
    }
}
