/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreTypes;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.ListType;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.schema.rules.Rule;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Types;

/** The reader of last resort: says why a type has no form in C, and what to use. */
record NoCForm(Types types, Problems problems) implements ComponentReader {
    private static final String NO_FLOAT = "BPF programs have no floating point";
    private static final String NO_SIZE = "it has no fixed size, and the kernel's keys and values do";

    private static final String AN_INNER_MAP = "an inner map for each: @OuterMap(inner = ...)";
    private static final String OR_INNER_MAP = ", or " + AN_INNER_MAP;

    /** Why a declared type has no form, and what to use; the first that the type is a subtype of counts. */
    private static final List<Reason> DECLARED = List.of(
            new Reason(Float.class, NO_FLOAT, "a long in a fixed unit, for example thousandths"),
            new Reason(Double.class, NO_FLOAT, "a long in a fixed unit, for example thousandths"),
            new Reason(Character.class, "C has no null, and its char is one byte", "@U16 int, or byte"),
            new Reason(Boolean.class, "C has no null", "boolean"),
            new Reason(Byte.class, "C has no null", "byte"),
            new Reason(Short.class, "C has no null", "short"),
            new Reason(Integer.class, "C has no null", "int"),
            new Reason(Long.class, "C has no null", "long"),
            new Reason(BigInteger.class, NO_SIZE, "@U128, @S128 or @U64 BigInteger"),
            new Reason(Number.class, NO_SIZE, "long, or a record of several longs"),
            new Reason(CharSequence.class, NO_SIZE, "String with @Size"),
            new Reason(InetAddress.class, "it may have 4 bytes or 16", "java.net.Inet4Address or Inet6Address"),
            new Reason(Map.class, NO_SIZE, AN_INNER_MAP),
            new Reason(EnumSet.class, "a set that is read can't be changed", "java.util.Set of the same enum"),
            new Reason(Collection.class, NO_SIZE, "an array with @Size" + OR_INNER_MAP),
            new Reason(Optional.class, NO_SIZE, "the component itself and a boolean beside it"));

    private static final List<Class<?>> BOXES = List.of(Byte.class, Short.class, Integer.class, Long.class);

    private record Reason(Class<?> type, String why, String use) {}

    @Override
    public boolean reads(Component component) {
        return true;
    }

    @Override
    public Optional<Conversion> read(Component component) {
        if (component.type().getKind() == TypeKind.TYPEVAR) {
            // That the record has type parameters is the problem, and is told once.
            problems.toldElsewhere();
            return Optional.empty();
        }
        Reason reason = reason(component.type());
        problems.error(
                component.place(),
                Rule.NO_C_FORM,
                component.qualifiedName(),
                component.typeName(),
                reason.why(),
                reason.use());
        return Optional.empty();
    }

    private Reason reason(TypeMirror type) {
        Optional<String> list = numbers(type);
        if (list.isPresent()) {
            return new Reason(List.class, NO_SIZE, list.get() + " with @Size" + OR_INNER_MAP);
        }
        if (type.getKind() == TypeKind.FLOAT || type.getKind() == TypeKind.DOUBLE) {
            return new Reason(Object.class, NO_FLOAT, "a long in a fixed unit, for example thousandths");
        }
        if (type.getKind() == TypeKind.CHAR) {
            return new Reason(Object.class, "C's char is one byte, Java's are two", "@U16 int, or byte");
        }
        return DECLARED.stream()
                .filter(candidate -> isSubtype(type, candidate.type()))
                .findFirst()
                .orElse(new Reason(
                        Object.class, "it is neither a record nor an enum nor a type that Nestmap knows", "a record"));
    }

    /** What holds the numbers that are in this list; empty where it is none, or one of other things. */
    private Optional<String> numbers(TypeMirror type) {
        if (!isSubtype(type, List.class)) {
            return Optional.empty();
        }
        return MoreTypes.asDeclared(type).getTypeArguments().stream()
                .findFirst()
                .flatMap(this::unboxed)
                .flatMap(ListType::holding);
    }

    private Optional<TypeKind> unboxed(TypeMirror type) {
        return BOXES.stream()
                .filter(box -> isSubtype(type, box))
                .findFirst()
                .map(any -> types.unboxedType(type).getKind());
    }

    private boolean isSubtype(TypeMirror type, Class<?> candidate) {
        if (type.getKind() != TypeKind.DECLARED) {
            return false;
        }
        return MoreTypes.isTypeOf(candidate, type)
                || types.directSupertypes(type).stream().anyMatch(parent -> isSubtype(parent, candidate));
    }
}
