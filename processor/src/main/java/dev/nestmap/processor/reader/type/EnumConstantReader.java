/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.EnumValue;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.reader.name.CNameAllocator;
import dev.nestmap.processor.reader.source.AnnotationValues;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Scalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;

/** Reads the constants of an enum and the values they have in C. */
record EnumConstantReader(CNameAllocator names, Problems problems) {

    Optional<EnumModel> read(TypeElement type, String tag, ClassName codec) {
        Optional<Element> unknown = unknown(type);
        List<? extends Element> elements =
                all(type).stream().filter(element -> !isUnknown(element)).toList();
        if (elements.isEmpty()) {
            String except = unknown.isEmpty() ? "" : " other than @EnumValue(unknown = true)";
            problems.error(SourceLocation.of(type), Rule.ENUM_WITHOUT_CONSTANTS, type.getSimpleName(), except);
            return Optional.empty();
        }
        Optional<List<Long>> values = values(type, elements);
        List<EnumType.Constant> constants = new ArrayList<>();
        Map<String, Element> seen = new HashMap<>();
        for (int i = 0; i < elements.size(); i++) {
            String name = names.ofConstant(tag, elements.get(i));
            Element former = seen.putIfAbsent(name, elements.get(i));
            if (former != null) {
                problems.error(
                        SourceLocation.of(elements.get(i)),
                        Rule.C_NAME_CLASH,
                        "constant " + elements.get(i),
                        name,
                        "constant " + former,
                        "rename one of them");
            }
            constants.add(new EnumType.Constant(
                    name, values.isPresent() ? values.get().get(i) : i));
        }
        if (values.isEmpty()) {
            return Optional.empty();
        }
        List<String> javaNames = elements.stream()
                .map(element -> element.getSimpleName().toString())
                .toList();
        return Optional.of(new EnumModel(
                ClassName.get(type),
                codec,
                new EnumWidth(type, problems).of(EnumType.of(tag, constants)),
                javaNames,
                unknown.map(constant -> constant.getSimpleName().toString())));
    }

    private static List<? extends Element> all(TypeElement type) {
        return type.getEnclosedElements().stream()
                .filter(element -> element.getKind() == ElementKind.ENUM_CONSTANT)
                .toList();
    }

    private static boolean isUnknown(Element constant) {
        return MoreElements.getAnnotationMirror(constant, EnumValue.class)
                .transform(mirror -> (Boolean) AnnotationValues.value(mirror, "unknown"))
                .or(false);
    }

    /** The constant for all values that no other constant has. */
    private Optional<Element> unknown(TypeElement type) {
        List<Element> unknown = all(type).stream()
                .filter(EnumConstantReader::isUnknown)
                .map(Element.class::cast)
                .toList();
        for (Element constant : unknown) {
            if (!constant.equals(unknown.get(0))) {
                reject(
                        constant,
                        type,
                        unknown.get(0)
                                + " is already the one for unknown values, and an enum has only one such constant");
            } else if (declaredValue(constant).isPresent()) {
                reject(constant, type, "it has a value, so it stands for that value only");
            }
        }
        return unknown.stream().findFirst();
    }

    private void reject(Element constant, TypeElement type, String why) {
        problems.error(SourceLocation.of(constant), Rule.UNKNOWN_VALUE_MISPLACED, constant, type.getSimpleName(), why);
    }

    /** The values: declared by annotations on all constants, or counted from 0. */
    private Optional<List<Long>> values(TypeElement type, List<? extends Element> constants) {
        if (!constants.stream().allMatch(EnumConstantReader::isComplete)) {
            problems.addMissingType();
            return Optional.empty();
        }
        List<Optional<Long>> declared =
                constants.stream().map(EnumConstantReader::declaredValue).toList();
        boolean isCounted =
                constants.stream().noneMatch(constant -> MoreElements.isAnnotationPresent(constant, EnumValue.class));
        if (isCounted) {
            return Optional.of(LongStream.range(0, constants.size()).boxed().toList());
        }
        boolean complete = true;
        Map<Long, Element> seen = new HashMap<>();
        for (int i = 0; i < constants.size(); i++) {
            Element constant = constants.get(i);
            if (declared.get(i).isEmpty()) {
                problems.error(SourceLocation.of(constant), Rule.ENUM_VALUE_MISSING, constant, type.getSimpleName());
                complete = false;
                continue;
            }
            Element former = seen.putIfAbsent(declared.get(i).get(), constant);
            if (former != null) {
                problems.error(
                        placeOfValue(constant),
                        Rule.ENUM_VALUE_TWICE,
                        former,
                        constant,
                        type.getSimpleName(),
                        declared.get(i).get());
                complete = false;
            }
        }
        return complete
                ? Optional.of(declared.stream().map(Optional::orElseThrow).toList())
                : Optional.empty();
    }

    /** Whether an integer of this type can hold the value. */
    static boolean fits(long value, Scalar carrier) {
        int bits = Math.toIntExact(8 * carrier.size());
        if (bits == Long.SIZE) {
            return carrier.signed() || value >= 0;
        }
        long min = carrier.signed() ? -1L << (bits - 1) : 0;
        long max = carrier.signed() ? ~min : (1L << bits) - 1;
        return value >= min && value <= max;
    }

    private static boolean isComplete(Element constant) {
        return MoreElements.getAnnotationMirror(constant, EnumValue.class)
                .transform(AnnotationValues::isComplete)
                .or(true);
    }

    private static SourceLocation placeOfValue(Element constant) {
        return MoreElements.getAnnotationMirror(constant, EnumValue.class)
                .transform(mirror -> SourceLocation.of(constant, mirror, "value"))
                .or(SourceLocation.of(constant));
    }

    private static Optional<Long> declaredValue(Element constant) {
        return MoreElements.getAnnotationMirror(constant, EnumValue.class)
                .toJavaUtil()
                .filter(mirror ->
                        SourceLocation.ofWritten(constant, mirror, "value").isPresent())
                .map(mirror -> (Long) AnnotationValues.value(mirror, "value"));
    }
}
