/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreTypes;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.NumberListType;
import dev.nestmap.processor.reader.source.Problems;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Types;

/** Rejects Java types without a C type, and suggests replacements. */
record UnsupportedTypeCheck(Types types, Problems problems) {
    private static final String NO_FLOAT = "BPF programs have no floating point";
    private static final String NO_SIZE = "this type has no fixed size";

    private static final String OR_INNER_MAP = ", or one inner map for each collection (@OuterMap)";

    /** Why a class or interface can't become a C type, and what to use. The first entry that is a supertype counts. */
    private static final List<Reason> DECLARED = List.of(
            new Reason(Float.class, NO_FLOAT, "a long in a fixed unit, for example thousandths"),
            new Reason(Double.class, NO_FLOAT, "a long in a fixed unit, for example thousandths"),
            new Reason(
                    Character.class, "C has no null, and a char has 2 bytes in Java and 1 in C", "@U16 int, or byte"),
            new Reason(Boolean.class, "C has no null", "boolean"),
            new Reason(Byte.class, "C has no null", "byte"),
            new Reason(Short.class, "C has no null", "short"),
            new Reason(Integer.class, "C has no null", "int"),
            new Reason(Long.class, "C has no null", "long"),
            new Reason(BigInteger.class, NO_SIZE, "@U128, @S128 or @U64 BigInteger"),
            new Reason(Number.class, NO_SIZE, "long, or a record of several longs"),
            new Reason(CharSequence.class, NO_SIZE, "String with @Size"),
            new Reason(InetAddress.class, "an address has 4 or 16 bytes", "java.net.Inet4Address or Inet6Address"),
            new Reason(Map.class, NO_SIZE, "one inner map for each Map (@OuterMap)"),
            new Reason(
                    EnumSet.class,
                    "Nestmap returns unmodifiable sets, and an EnumSet is modifiable",
                    "java.util.Set of the same enum"),
            new Reason(Collection.class, NO_SIZE, "an array with @Size" + OR_INNER_MAP),
            new Reason(
                    Optional.class,
                    NO_SIZE,
                    "a component of the plain type, and a boolean that says whether there is a value"));

    private static final List<Class<?>> BOXES = List.of(Byte.class, Short.class, Integer.class, Long.class);

    private record Reason(Class<?> type, String why, String use) {}

    /** Reports why a component has no C type, unless javac or another rule reports it. */
    void reject(Component component) {
        if (component.type().getKind() == TypeKind.TYPEVAR) {
            problems.addReportedElsewhere(); // NM-112 reports the type parameters, once for the record
            return;
        }
        Reason reason = reason(component.type());
        problems.error(component, Rule.NO_C_FORM, component.typeName(), reason.why(), reason.use());
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
            return new Reason(Object.class, "a char has 2 bytes in Java and 1 in C", "@U16 int, or byte");
        }
        // Before sealed types: InetAddress is one in newer JDKs.
        Optional<Reason> known = DECLARED.stream()
                .filter(candidate -> isSubtype(type, candidate.type()))
                .findFirst();
        if (known.isPresent()) {
            return known.get();
        }
        if (type.getKind() == TypeKind.DECLARED) {
            TypeElement declared = MoreTypes.asTypeElement(type);
            if (UnionReader.isUnion(declared) || declared.getModifiers().contains(Modifier.SEALED)) {
                return new Reason(
                        Object.class,
                        "C does not record which of its records the bytes are",
                        "Untagged<" + declared.getSimpleName() + ">"
                                + (UnionReader.isUnion(declared) ? "" : ", and put @Union on it"));
            }
        }
        return new Reason(
                Object.class, "this type is not a record, an enum or another type that Nestmap supports", "a record");
    }

    /** The type to use for a list of boxed integers; empty for every other type. */
    private Optional<String> numbers(TypeMirror type) {
        if (!isSubtype(type, List.class)) {
            return Optional.empty();
        }
        return MoreTypes.asDeclared(type).getTypeArguments().stream()
                .findFirst()
                .flatMap(this::unboxed)
                .flatMap(NumberListType::holding);
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
