/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import com.google.auto.common.MoreElements;
import dev.nestmap.annotations.Key;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EnumConversion;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.KeyRule;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;

/** Finds the key components of inner and plain maps. */
public final class MapKeys {
    private MapKeys() {}

    /** Whether a component has {@code @Key}. */
    public static boolean isKey(RecordComponentElement element) {
        return MoreElements.isAnnotationPresent(element, Key.class);
    }

    /** The key component of a map. Reports a missing key, a second key, and a key of a map type without keys. */
    static Optional<RecordComponentElement> of(MapAnnotation annotation, Problems problems) {
        TypeElement record = annotation.record();
        List<? extends RecordComponentElement> keys =
                record.getRecordComponents().stream().filter(MapKeys::isKey).toList();
        if (isKeyless(annotation)) {
            keys.forEach(key -> problems.error(
                    SourceLocation.of(key),
                    annotation.kind().isStorage() ? Rule.KEY_IN_STORAGE : Rule.KEY_IN_MAP_WITHOUT_KEYS,
                    key.getSimpleName(),
                    record.getSimpleName(),
                    annotation.kind()));
            return Optional.empty();
        }
        if (keys.isEmpty()) {
            String fix = record.getRecordComponents().isEmpty()
                    ? "add a component with @Key"
                    : "annotate the key component with @Key";
            problems.error(SourceLocation.of(record), Rule.KEY_MISSING, record.getSimpleName(), annotation.kind(), fix);
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

    /** Whether the map is a stream of perf events. A record without components is not: its key is missing. */
    private static boolean isPerfStream(MapAnnotation annotation) {
        List<? extends RecordComponentElement> components = annotation.record().getRecordComponents();
        return annotation
                .kind()
                .isPerfStream(components.isEmpty() || components.stream().anyMatch(MapKeys::isKey));
    }

    /**
     * Reports the first constant of an enum key that is not an index of the array. The length of an array that is sized at load is not
     * known.
     */
    static void checkEnum(
            MapAnnotation annotation, SourceLocation key, Conversion conversion, MapDef map, Problems problems) {
        if (annotation.kind().keyRule() == KeyRule.INDEX
                && !map.isSizedAtLoad()
                && conversion instanceof EnumConversion enumeration) {
            enumeration.model().type().constants().stream()
                    .filter(constant -> constant.value() < 0 || constant.value() >= map.maxEntries())
                    .findFirst()
                    .ifPresent(constant -> problems.error(
                            key,
                            Rule.ENUM_KEY_BEYOND_ARRAY,
                            map.name(),
                            constant.name(),
                            constant.value(),
                            map.maxEntries() - 1));
        }
    }

    /** The C type of a key. The kernel accepts only a 4-byte integer in BTF as an index, so an enum becomes one. */
    static CType keyType(MapKind kind, Conversion key) {
        boolean isIndex =
                key.type().size() == Scalar.U32.size() && (key.type() instanceof EnumType || key.type() == Scalar.S32);
        return kind.keyRule().isNumber() && isIndex ? Scalar.U32 : key.type();
    }
}
