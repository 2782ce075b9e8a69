/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.nestmap.annotations.CTimeUnit;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Unit;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.BooleanConversion;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EnumConversion;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.model.FlagsConversion;
import dev.nestmap.processor.model.IntegerConversion;
import dev.nestmap.processor.model.PointerConversion;
import dev.nestmap.processor.model.RuntimeMethodConversion;
import dev.nestmap.processor.model.TimeConversion;
import dev.nestmap.processor.reader.source.AnnotationUse;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.NumberListType;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.source.WidthAnnotation;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.type.TypeKind;

/** Reads components that are one number in C, and the annotations that set its width. */
record NumberReader(Problems problems) {
    /** Java's integers with their C types if there is no width annotation. */
    private static final Map<TypeKind, Scalar> OWN_TYPE = Map.of(
            TypeKind.BYTE, Scalar.S8, TypeKind.SHORT, Scalar.S16, TypeKind.INT, Scalar.S32, TypeKind.LONG, Scalar.S64);

    /** The types with values outside {@code long}. */
    private static final Set<Scalar> BIG_TYPES = Set.of(Scalar.U128, Scalar.S128, Scalar.U64, Scalar.BE64);

    /** {@code byte}, {@code short}, {@code int} and {@code long}, with or without a width. */
    Optional<Conversion> integer(Component component) {
        Scalar own = OWN_TYPE.getOrDefault(component.type().getKind(), Scalar.S64);
        Optional<WidthAnnotation> width = width(component);
        Optional<PointerType> pointer = WidthAnnotation.pointer(component.declaration());
        if (pointer.isPresent()) {
            return pointer.map(PointerConversion::new);
        }
        Scalar scalar = width.map(WidthAnnotation::scalar).orElse(own);
        if (width.isPresent() && scalar.size() > own.size()) {
            rejectWidth(
                    component.whole(),
                    width.get(),
                    scalar.spelling() + " has " + 8 * scalar.size() + " bits and " + component.typeName() + " has "
                            + 8 * own.size(),
                    "@" + width.get().spelling() + " " + javaTypeFor(scalar, component.whole())
                            + ", or a narrower annotation");
            return Optional.empty();
        }
        width.ifPresent(unsigned -> noteNegative(component, unsigned));
        return Optional.of(new IntegerConversion(scalar, TypeName.get(component.type()), width.isPresent()));
    }

    /**
     * Notes an unsigned number in a Java type of the same width. Keys that are one number are left out, because most of them are small ids or
     * indices. So are {@code long}s, which no counter fills.
     */
    private void noteNegative(Component component, WidthAnnotation width) {
        Element record = Objects.requireNonNull(
                component.declaration().getEnclosingElement(), "a component belongs to a record");
        boolean isNumberOfKey = component.annotation(Key.class).isPresent()
                || AnnotationUse.on(record, OuterMap.class).isPresent()
                || AnnotationUse.on(record, OuterMap.All.class).isPresent();
        TypeKind kind = component.type().getKind();
        Scalar scalar = width.scalar();
        boolean isFull =
                scalar.size() == OWN_TYPE.getOrDefault(kind, Scalar.S64).size();
        if (isNumberOfKey || component.depth() > 0 || scalar.signed() || !isFull || kind == TypeKind.LONG) {
            return;
        }
        String converter = switch (kind) {
            case INT -> "Integer.toUnsignedLong";
            case SHORT -> "Short.toUnsignedInt";
            default -> "Byte.toUnsignedInt";
        };
        problems.note(
                component.place(),
                Rule.UNSIGNED_TURNS_NEGATIVE,
                component.name(),
                "@" + width.spelling(),
                component.typeName(),
                1L << (8 * scalar.size() - 1),
                javaTypeFor(scalar, component),
                converter);
    }

    /** The Java type that a message proposes for a component with values of this scalar. */
    private static String javaTypeFor(Scalar scalar, Component component) {
        String one = scalar.size() > Long.BYTES
                ? "BigInteger"
                : scalar.size() < Integer.BYTES || scalar == Scalar.S32 ? "int" : "long";
        if (NumberListType.of(component).isPresent()) {
            return one.equals("long") ? "LongList" : one + "[]";
        }
        return one + "[]".repeat(component.dimensions());
    }

    /** {@link BigInteger} with a width: {@code __int128}, or {@code __u64}. */
    Optional<Conversion> bigInteger(Component component) {
        WidthAnnotation width = width(component).orElseThrow();
        if (!BIG_TYPES.contains(width.scalar())) {
            rejectWidth(
                    component,
                    width,
                    "a BigInteger holds an unsigned integer of 64 bits or an integer of 128 bits",
                    "@U128, @S128, @U64 or @Be64, or a long");
            return Optional.empty();
        }
        return Optional.of(new RuntimeMethodConversion(width.scalar()));
    }

    Optional<Conversion> bool(Component component) {
        rejectWidth(component, "a bool in C has one byte, 0 or 1", "boolean without an annotation, or an integer");
        return Optional.of(new BooleanConversion());
    }

    static boolean isTime(Component component) {
        return component.is(Duration.class) || component.is(Instant.class);
    }

    /** {@link Duration} and {@link Instant}: integers that count a unit. */
    Optional<Conversion> time(Component component) {
        Optional<WidthAnnotation> width = width(component);
        if (!fitsLong(component, width)) {
            return Optional.empty();
        }
        Optional<AnnotationUse> unit = component.annotation(Unit.class);
        if (unit.isEmpty()) {
            problems.error(component, Rule.UNIT_MISSING, component.typeName());
            return Optional.empty();
        }
        if (!problems.isComplete(unit.get())) {
            return Optional.empty();
        }
        long perSecond = switch (CTimeUnit.valueOf(unit.get().text("value"))) {
            case NANOS -> 1_000_000_000;
            case MICROS -> 1_000_000;
            case MILLIS -> 1_000;
            case SECONDS -> 1;
        };
        return Optional.of(new TimeConversion(
                width.map(WidthAnnotation::scalar).orElse(Scalar.U64),
                ClassName.get(component.is(Duration.class) ? Duration.class : Instant.class),
                perSecond));
    }

    /** Whether the component has no {@code @Unit}, or a type that has a unit; reports it otherwise. */
    boolean hasFittingUnit(Component component) {
        boolean fitting = isTime(component.innermost())
                || component.annotation(Unit.class).isEmpty();
        if (!fitting) {
            problems.error(
                    component,
                    Rule.ANNOTATION_OF_OTHER_TYPES,
                    "@Unit",
                    component.typeName(),
                    "a Duration or an Instant has a unit");
        }
        return fitting;
    }

    /** An enum: a C enum, or an integer if the component has a width. */
    Optional<Conversion> enumeration(Component component, EnumModel model) {
        Optional<WidthAnnotation> width = width(component);
        if (width.isEmpty()) {
            return Optional.of(new EnumConversion(model, model.type()));
        }
        Scalar carrier = width.get().scalar();
        boolean fits = fitsLong(component, width)
                && constantsFit(
                        model.type(),
                        Range.of(carrier),
                        component.place(),
                        carrier.spelling(),
                        "the component's width annotation");
        return fits ? Optional.of(new EnumConversion(model, carrier)) : Optional.empty();
    }

    /** A {@link Set} of an enum's constants: flags, each a bit of an unsigned integer. */
    Optional<Conversion> flags(Component component, EnumModel model) {
        Optional<WidthAnnotation> width = width(component);
        Scalar carrier = width.map(WidthAnnotation::scalar).orElse(Scalar.U32);
        if (component.depth() > 0) {
            problems.error(
                    component,
                    Rule.NO_C_FORM,
                    component.typeName() + "[]",
                    "Java can't create arrays of a generic type",
                    "an array of records that contain the set");
            return Optional.empty();
        }
        if (!fitsLong(component, width)) {
            return Optional.empty();
        }
        if (width.isPresent() && carrier.signed()) {
            String unsigned = "@" + carrier.name().replace('S', 'U');
            rejectWidth(component, width.get(), "flags are the bits of an unsigned integer in C", unsigned);
            return Optional.empty();
        }
        long bits = 8L * carrier.size();
        boolean fits = constantsFit(
                model.type(),
                new Range(0, bits - 1),
                component.place(),
                carrier.spelling() + " as a bit number",
                "the component's width annotation");
        return fits ? Optional.of(new FlagsConversion(model, carrier)) : Optional.empty();
    }

    /** Whether all constants of an enum are in a range; reports the first that is not. */
    boolean constantsFit(EnumType type, Range range, SourceLocation place, String carrier, String limitedBy) {
        Optional<EnumType.Constant> outside = type.constants().stream()
                .filter(constant -> constant.value() < range.first || constant.value() > range.last)
                .findFirst();
        outside.ifPresent(constant -> problems.error(
                place,
                Rule.ENUM_VALUE_TOO_WIDE,
                constant.value(),
                constant.name(),
                carrier,
                range.first,
                range.last,
                limitedBy));
        return outside.isEmpty();
    }

    /** The values that an integer in C can hold, as far as a {@code long} can. */
    record Range(long first, long last) {
        static Range of(Scalar type) {
            return of(Math.toIntExact(Byte.SIZE * type.size()), type.signed());
        }

        static Range of(int bits, boolean signed) {
            int valueBits = signed ? bits - 1 : Math.min(bits, Long.SIZE - 1);
            long last = Long.MAX_VALUE >>> (Long.SIZE - 1 - valueBits);
            return new Range(signed ? -last - 1 : 0, last);
        }
    }

    /** The width annotation of a component. Reports several, and returns the first. */
    private Optional<WidthAnnotation> width(Component component) {
        Optional<WidthAnnotation> width =
                WidthAnnotation.of(component.declaration(), "component " + component.qualifiedName(), problems);
        WidthAnnotation.pointer(component.declaration())
                .ifPresent(pointer -> checkPointer(component.whole(), width.orElseThrow(), pointer));
        return width;
    }

    private void checkPointer(Component component, WidthAnnotation width, PointerType pointer) {
        if (component.type().getKind() != TypeKind.LONG) {
            rejectWidth(component, width, "the address of a pointer is a long", "@Pointer only on a long");
        } else if (!pointer.isDeclarable()) {
            problems.error(component, Rule.POINTER_TARGET_INVALID, pointer.target());
        }
    }

    /** Rejects every width on a component whose Java type has only one C type. */
    void rejectWidth(Component component, String why, String use) {
        width(component).ifPresent(width -> rejectWidth(component, width, why, use));
    }

    private void rejectWidth(Component component, WidthAnnotation width, String why, String use) {
        problems.error(
                component.place(),
                Rule.WIDTH_DOES_NOT_FIT,
                width.spelling(),
                component.qualifiedName(),
                component.typeName(),
                why,
                use);
    }

    /** Whether the component has no width, or one of at most 64 bits. Reports a width of 128 bits. */
    private boolean fitsLong(Component component, Optional<WidthAnnotation> width) {
        Optional<WidthAnnotation> tooWide = width.filter(found -> found.scalar().size() > Long.BYTES);
        tooWide.ifPresent(found ->
                rejectWidth(component.whole(), found, "only a BigInteger has 128 bits", "a narrower annotation"));
        return tooWide.isEmpty();
    }
}
