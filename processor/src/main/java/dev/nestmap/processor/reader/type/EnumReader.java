/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.EnumValue;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.reader.source.AnnotationUse;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.source.UniqueMemberNames;
import dev.nestmap.processor.reader.source.WidthAnnotation;
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

/** Reads an enum: its constants, the values they have in C, and its width. */
record EnumReader(ReaderContext context, TypeElement type) {
    Optional<EnumModel> read() {
        String tag = context.names().of(type);
        Optional<Element> unknown = unknown();
        List<Element> elements =
                all().stream().filter(element -> !isUnknown(element)).toList();
        if (elements.isEmpty()) {
            String except = unknown.isEmpty() ? "" : " other than @EnumValue(unknown = true)";
            context.error(type, Rule.ENUM_WITHOUT_CONSTANTS, except);
            return Optional.empty();
        }
        Optional<List<Long>> values = values(elements);
        List<EnumType.Constant> constants = new ArrayList<>();
        List<EnumModel.Constant> ofJava = new ArrayList<>();
        UniqueMemberNames names = new UniqueMemberNames(context.problems());
        for (int i = 0; i < elements.size(); i++) {
            String name = context.names().ofConstant(tag, elements.get(i));
            names.take(name, SourceLocation.of(elements.get(i)), "constant " + elements.get(i));
            long number = values.isPresent() ? values.get().get(i) : i;
            constants.add(new EnumType.Constant(name, number));
            ofJava.add(new EnumModel.Constant(elements.get(i).getSimpleName().toString(), number));
        }
        return values.map(unused -> new EnumModel(
                ClassName.get(type),
                context.codecOf(type),
                withWidth(EnumType.of(tag, constants)),
                ofJava,
                unknown.map(constant -> constant.getSimpleName().toString())));
    }

    private List<Element> all() {
        return type.getEnclosedElements().stream()
                .filter(element -> element.getKind() == ElementKind.ENUM_CONSTANT)
                .map(Element.class::cast)
                .toList();
    }

    private static boolean isUnknown(Element constant) {
        return AnnotationUse.on(constant, EnumValue.class)
                .filter(value -> value.flag("unknown"))
                .isPresent();
    }

    /** The constant for all values that no other constant has. */
    private Optional<Element> unknown() {
        List<Element> unknown = all().stream().filter(EnumReader::isUnknown).toList();
        for (Element constant : unknown) {
            if (!constant.equals(unknown.get(0))) {
                String why = " already does";
                context.error(constant, Rule.UNKNOWN_VALUE_MISPLACED, type.getSimpleName(), unknown.get(0) + why);
            } else if (value(constant).isPresent()) {
                String why = "it has a value";
                context.error(constant, Rule.UNKNOWN_VALUE_MISPLACED, type.getSimpleName(), why);
            }
        }
        return unknown.stream().findFirst();
    }

    /** The values: declared by annotations on all constants, or counted from 0. */
    private Optional<List<Long>> values(List<Element> constants) {
        boolean isComplete = constants.stream()
                .flatMap(constant -> AnnotationUse.on(constant, EnumValue.class).stream())
                .allMatch(context.problems()::isComplete);
        if (!isComplete) {
            return Optional.empty();
        }
        if (constants.stream().noneMatch(constant -> MoreElements.isAnnotationPresent(constant, EnumValue.class))) {
            return Optional.of(LongStream.range(0, constants.size()).boxed().toList());
        }
        List<Long> values = new ArrayList<>();
        Map<Long, Element> seen = new HashMap<>();
        for (Element constant : constants) {
            Optional<AnnotationUse> written = value(constant);
            if (written.isEmpty()) {
                context.error(constant, Rule.ENUM_VALUE_MISSING, type.getSimpleName());
                continue;
            }
            long value = written.get().number("value");
            Element former = seen.putIfAbsent(value, constant);
            if (former == null) {
                values.add(value);
            } else {
                SourceLocation place = written.get().place("value");
                context.error(place, Rule.ENUM_VALUE_TWICE, former, constant, type.getSimpleName(), value);
            }
        }
        return values.size() == constants.size() ? Optional.of(values) : Optional.empty();
    }

    /** The annotation that states a value. */
    private static Optional<AnnotationUse> value(Element constant) {
        return AnnotationUse.on(constant, EnumValue.class)
                .filter(use -> use.written("value").isPresent());
    }

    /** The enum with the annotated width; unchanged if there is no annotation, or if it is rejected. */
    private EnumType withWidth(EnumType natural) {
        return WidthAnnotation.of(type, "enum " + type.getSimpleName(), context.problems())
                .filter(width -> fits(natural, width))
                .map(width ->
                        new EnumType(natural.name(), width.scalar().size(), natural.signed(), natural.constants()))
                .orElse(natural);
    }

    private boolean fits(EnumType natural, WidthAnnotation width) {
        Scalar carrier = width.scalar();
        boolean fits = new NumberReader(context.problems())
                .constantsFit(
                        natural,
                        NumberReader.Range.of(carrier),
                        SourceLocation.of(type),
                        carrier.spelling(),
                        "the enum's width annotation");
        if (fits && carrier.signed() && !natural.signed()) {
            context.error(
                    SourceLocation.of(type),
                    Rule.SIGNED_WIDTH_DOES_NOT_FIT,
                    type.getSimpleName(),
                    carrier.size() * Byte.SIZE);
        }
        return fits && carrier.signed() == natural.signed();
    }
}
