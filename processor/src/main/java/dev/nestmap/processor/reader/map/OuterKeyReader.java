/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import com.palantir.javapoet.ClassName;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.StructConversion;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.reader.name.CNameAllocator;
import dev.nestmap.processor.reader.name.JavaNames;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.KeyCheck;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.type.CTypeReader;
import dev.nestmap.processor.reader.type.ManagedFieldReader;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;

/** Reads the keys of outer maps: all components of their records. */
final class OuterKeyReader {
    private final TypeElement topLevel;
    private final CNameAllocator names;
    private final CTypeReader types;
    private final KeyPadding padding;
    private final Problems problems;
    private final List<StructModel> structs = new ArrayList<>();
    private final Map<TypeElement, Optional<Conversion>> keys = new HashMap<>();

    OuterKeyReader(
            TypeElement topLevel, CNameAllocator names, CTypeReader types, KeyPadding padding, Problems problems) {
        this.topLevel = topLevel;
        this.names = names;
        this.types = types;
        this.padding = padding;
        this.problems = problems;
    }

    /** The structs of keys with several components. */
    List<StructModel> structs() {
        return List.copyOf(structs);
    }

    /** The key of the map with this name. It is read once for all outer maps of one record. */
    Optional<Conversion> of(MapAnnotation annotation, String name) {
        return keys.computeIfAbsent(annotation.record(), record -> read(record, keyStructOwner(annotation, name)));
    }

    /** The name before {@code _key} in the key struct's tag: that of the map, or of the record if several maps share it. */
    private String keyStructOwner(MapAnnotation annotation, String name) {
        boolean isShared = annotation.isOfFamily()
                && annotation.record().getRecordComponents().size() > 1;
        return isShared ? names.of(annotation.record()) : name;
    }

    private Optional<Conversion> read(TypeElement record, String name) {
        List<? extends RecordComponentElement> elements = record.getRecordComponents();
        if (elements.isEmpty()) {
            problems.error(SourceLocation.of(record), Rule.OUTER_WITHOUT_KEY, record.getSimpleName());
            return Optional.empty();
        }
        types.managed(record, elements, ManagedFieldReader.Role.OUTER);
        checkAllKey(record, elements);
        List<Conversion> conversions = types.components(elements);
        elements.forEach(new KeyCheck(topLevel, problems)::check);
        if (elements.size() == 1) {
            types.checkSingleComponent(record, elements.get(0), conversions.get(0));
            padding.check(elements.get(0));
            return Optional.of(conversions.get(0));
        }
        StructType struct = types.structOf(record, names.derived(name, "_key"), elements, conversions);
        padding.check(record, struct);
        StructModel model = new StructModel(
                ClassName.get(record),
                JavaNames.codec(record, topLevel),
                struct,
                types.withOffsets(elements, conversions, struct));
        structs.add(model);
        return Optional.of(new StructConversion(model));
    }

    private void checkAllKey(TypeElement record, List<? extends RecordComponentElement> elements) {
        if (elements.stream().noneMatch(MapKeys::isKey)) {
            return;
        }
        elements.stream()
                .filter(element -> !MapKeys.isKey(element))
                .forEach(element -> problems.error(
                        SourceLocation.of(element),
                        Rule.OUTER_WITH_VALUE,
                        new Component(element).qualifiedName(),
                        record.getSimpleName()));
    }
}
