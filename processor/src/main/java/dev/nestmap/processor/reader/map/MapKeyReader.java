/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import com.google.auto.common.MoreElements;
import com.google.auto.common.MoreTypes;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.S32;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.EnumConversion;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.EnclosingTypeFinder;
import dev.nestmap.processor.reader.source.NumberListType;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.type.TypedComponent;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.KeyRule;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Scalar;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;

/** Finds the keys of maps, and checks the requirements of keys: equality, and the constants of enums. */
public final class MapKeyReader {
    private final ReaderContext context;
    private final Problems problems;

    MapKeyReader(ReaderContext context) {
        this.context = context;
        this.problems = context.problems();
    }

    /** Whether a component has {@code @Key}. */
    public static boolean isKey(RecordComponentElement element) {
        return MoreElements.isAnnotationPresent(element, Key.class);
    }

    /** The key component of a map. Reports a missing key, a second key, and a key of a map type without keys. */
    Optional<RecordComponentElement> of(MapAnnotation annotation) {
        TypeElement record = annotation.record();
        List<? extends RecordComponentElement> keys = record.getRecordComponents().stream()
                .filter(MapKeyReader::isKey)
                .toList();
        if (isKeyless(annotation)) {
            boolean isStorage = annotation.kind().isStorage();
            keys.forEach(key -> problems.error(
                    key,
                    Rule.KEY_IN_MAP_WITHOUT_KEYS,
                    record.getSimpleName(),
                    annotation.kind(),
                    isStorage
                            ? ", because the entries belong to kernel objects: programs pass a pointer to the object, and user space passes a"
                                    + " file descriptor"
                            : ", and the kernel accepts only key_size 0 (EINVAL)",
                    isStorage
                            ? "remove the component, and pass the descriptor to get, put and remove of the accessor"
                            : "use a map type with keys"));
            return Optional.empty();
        }
        if (keys.isEmpty()) {
            String fix = record.getRecordComponents().isEmpty()
                    ? "add a component with @Key"
                    : "annotate the key component with @Key (a key of several parts is a record of its own)";
            problems.error(record, Rule.KEY_MISSING, "a map of type " + annotation.kind(), fix);
            return Optional.empty();
        }
        keys.stream()
                .skip(1)
                .forEach(second -> problems.error(
                        SourceLocation.of(second), Rule.SEVERAL_KEYS, record.getSimpleName(), second.getSimpleName()));
        return keys.size() == 1 ? Optional.of(keys.get(0)) : Optional.empty();
    }

    /** Whether no component of the record may be a key. */
    static boolean isKeyless(MapAnnotation annotation) {
        MapKind kind = annotation.kind();
        return kind.keyRule() == KeyRule.NONE || kind.isStorage() || isPerfStream(annotation);
    }

    /** Whether the map is a stream of perf events. */
    private static boolean isPerfStream(MapAnnotation annotation) {
        return annotation
                .kind()
                .isPerfStream(annotation.record().getRecordComponents().stream().anyMatch(MapKeyReader::isKey));
    }

    /** Whether the map is a stream of records, whose type the kernel does not know. */
    static boolean isStream(MapAnnotation annotation) {
        return annotation.kind().isRing() || isPerfStream(annotation);
    }

    /**
     * Reports the first constant of an enum key that is not an index of the array. The length of an array that is sized at load is not
     * known.
     */
    void checkEnum(TypedComponent key, MapDef map) {
        if (map.kind().keyRule() == KeyRule.INDEX
                && !map.isSizedAtLoad()
                && key.conversion() instanceof EnumConversion enumeration) {
            enumeration.model().type().constants().stream()
                    .filter(constant -> constant.value() < 0 || constant.value() >= map.maxEntries())
                    .findFirst()
                    .ifPresent(constant -> problems.error(
                            key.component().place(),
                            Rule.ENUM_KEY_BEYOND_ARRAY,
                            map.name(),
                            constant.name(),
                            constant.value(),
                            map.maxEntries() - 1));
        }
    }

    /** The C type of a key. The kernel accepts only a 4-byte integer in BTF as an index, so an enum becomes one. */
    static CType keyType(MapKind kind, TypedComponent key) {
        CType type = key.conversion().type();
        boolean isIndex = type.size() == Scalar.U32.size() && type instanceof EnumType;
        return kind.keyRule().isNumber() && isIndex ? Scalar.U32 : type;
    }

    /**
     * Reports an index that is an {@code int} without a width: that is a {@code __s32} in C, and the kernel reads an index as a {@code
     * __u32}.
     */
    void checkIndex(MapKind kind, TypedComponent key) {
        boolean isPlainInt = key.conversion().type() == Scalar.S32
                && key.component().annotation(S32.class).isEmpty();
        if (kind.keyRule().isNumber() && isPlainInt) {
            problems.error(key.component(), Rule.INDEX_WITHOUT_WIDTH, kind.cName());
        }
    }

    /** Rejects a key whose Java type compares by identity: a key from the kernel would never equal the key that was written. */
    void checkEquality(RecordComponentElement key) {
        checkEquality(key, SourceLocation.of(key), new LinkedHashSet<>());
    }

    /** Reports a type of another header at the component that uses it. */
    private void checkEquality(RecordComponentElement element, SourceLocation usedAt, Set<TypeElement> seen) {
        Component component = new Component(element);
        boolean here = EnclosingTypeFinder.topLevel(element).equals(context.topLevel());
        SourceLocation place = here ? component.place() : usedAt;
        if (component.type().getKind() == TypeKind.ARRAY) {
            problems.errorInstead(
                    Rule.SIZE_MISSING,
                    place,
                    Rule.ARRAY_IN_KEY,
                    component.qualifiedName(),
                    component.typeName(),
                    NumberListType.holding(component.element().type().getKind())
                            .orElse("a record with one component for each element"));
        } else if (component.is(String.class) && component.truncates()) {
            problems.error(place, Rule.TRUNCATED_KEY, component.qualifiedName());
        } else if (component.type().getKind() == TypeKind.DECLARED) {
            TypeElement type = MoreTypes.asTypeElement(component.type());
            if (type.getKind() == ElementKind.RECORD && seen.add(type)) {
                type.getRecordComponents().forEach(part -> checkEquality(part, place, seen));
            }
        }
    }
}
