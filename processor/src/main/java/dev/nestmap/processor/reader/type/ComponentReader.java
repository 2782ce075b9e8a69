/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreTypes;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.nestmap.annotations.Size;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.ArrayConversion;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.IntegerConversion;
import dev.nestmap.processor.model.RuntimeMethodConversion;
import dev.nestmap.processor.model.UnionConversion;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.NumberListType;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.WidthAnnotation;
import dev.nestmap.schema.type.AddressStructTypes;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Ipv4Prefix;
import dev.nestmap.types.Ipv6Prefix;
import dev.nestmap.types.MacAddress;
import dev.nestmap.types.Untagged;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import org.jspecify.annotations.Nullable;

/** Reads components: the C type of each Java type, and the conversion of its values. */
final class ComponentReader {
    /** Stands in for a rejected component, so that Nestmap can check the rest of the record. */
    static final Conversion PLACEHOLDER = new IntegerConversion(Scalar.U32, TypeName.INT, false);

    /** The value types with exactly one form in C. */
    private static final List<RuntimeMethodConversion> VALUE_TYPES = List.of(
            new RuntimeMethodConversion(Scalar.BE32, Inet4Address.class, "Inet4"),
            new RuntimeMethodConversion(AddressStructTypes.IN6_ADDR, Inet6Address.class, "Inet6"),
            new RuntimeMethodConversion(new ArrayType(Scalar.U8, MacAddress.SIZE), MacAddress.class, "Mac"),
            new RuntimeMethodConversion(AddressStructTypes.IPV4_PREFIX, Ipv4Prefix.class, "Ipv4Prefix"),
            new RuntimeMethodConversion(AddressStructTypes.IPV6_PREFIX, Ipv6Prefix.class, "Ipv6Prefix"));

    private final CTypeReader types;
    private final ReaderContext context;
    private final NumberReader numbers;

    ComponentReader(CTypeReader types, ReaderContext context) {
        this.types = types;
        this.context = context;
        this.numbers = new NumberReader(context.problems());
    }

    /** Reads one component of a map's record or of a struct. */
    Conversion readWhole(Component component) {
        if (isMissing(component.innermost().type())) {
            context.problems().addMissingType();
            return PLACEHOLDER;
        }
        if (reader(component.innermost()) == null) {
            // The type has no elements that @Size could count.
            new UnsupportedTypeCheck(context.types(), context.problems()).reject(component.innermost());
            return PLACEHOLDER;
        }
        return numbers.hasFittingUnit(component) && isSized(component, component.dimensions())
                ? read(component).orElse(PLACEHOLDER)
                : PLACEHOLDER;
    }

    /** Whether a type or one of its arguments does not exist yet. */
    private static boolean isMissing(TypeMirror type) {
        return type.getKind() == TypeKind.ERROR
                || (type.getKind() == TypeKind.DECLARED
                        && MoreTypes.asDeclared(type).getTypeArguments().stream()
                                .anyMatch(ComponentReader::isMissing));
    }

    /** Returns the conversion of a component, or of an element of an array component; empty if this method rejects and reports it. */
    private Optional<Conversion> read(Component component) {
        return Objects.requireNonNull(reader(component), component::qualifiedName)
                .apply(component);
    }

    /** The method that reads components of this Java type; null if the type is not supported. */
    private @Nullable Function<Component, Optional<Conversion>> reader(Component component) {
        return switch (component.type().getKind()) {
            case ARRAY -> this::array;
            case BYTE, SHORT, INT, LONG -> numbers::integer;
            case BOOLEAN -> numbers::bool;
            case DECLARED -> readerOfDeclared(component);
            default -> null;
        };
    }

    private @Nullable Function<Component, Optional<Conversion>> readerOfDeclared(Component component) {
        if (component.is(BigInteger.class)) {
            return WidthAnnotation.on(component.declaration()).isEmpty() ? null : numbers::bigInteger;
        } else if (NumberReader.isTime(component)) {
            return numbers::time;
        } else if (valueType(component).isPresent()) {
            return this::value;
        } else if (component.is(ByteString.class)) {
            return this::bytes;
        } else if (component.is(String.class)) {
            return this::text;
        } else if (NumberListType.of(component).isPresent()) {
            return this::list;
        } else if (component.is(Untagged.class)) {
            return this::union;
        } else if (flagsOf(component).isPresent()) {
            return this::flags;
        }
        TypeElement type = MoreTypes.asTypeElement(component.type());
        return switch (type.getKind()) {
            case ENUM -> this::enumeration;
            case RECORD -> this::record;
            default -> null;
        };
    }

    private Optional<Conversion> array(Component component) {
        return read(component.element())
                .filter(element -> fits(component, element.type()))
                .map(element -> new ArrayConversion(element, component.size(), Optional.empty()));
    }

    /** A list of numbers: an array of the C types of {@code int} or {@code long}. */
    private Optional<Conversion> list(Component component) {
        NumberListType list = NumberListType.of(component).orElseThrow();
        return read(component.as(context.types().getPrimitiveType(list.element())))
                .filter(element -> fits(component, element.type()))
                .map(element ->
                        new ArrayConversion(element, component.size(), Optional.of(ClassName.get(list.list()))));
    }

    private static Optional<RuntimeMethodConversion> valueType(Component component) {
        return VALUE_TYPES.stream()
                .filter(type -> component.is(type.javaClass()))
                .findFirst();
    }

    private Optional<Conversion> value(Component component) {
        RuntimeMethodConversion value = valueType(component).orElseThrow();
        String name = value.javaClass().getSimpleName();
        numbers.rejectWidth(component, name + " is always " + value.type().spelling(), name + " without an annotation");
        if (value.type() instanceof NamedType type) {
            context.imports().takeCommon(type);
        }
        return Optional.of(value);
    }

    private Optional<Conversion> bytes(Component component) {
        numbers.rejectWidth(component, "a ByteString is __u8[n] in C", "ByteString with @Size only, or an array");
        int size = component.size();
        return Optional.of(
                new RuntimeMethodConversion(new ArrayType(Scalar.U8, size), ByteString.class, "ByteString", size));
    }

    private Optional<Conversion> text(Component component) {
        numbers.rejectWidth(component, "a String is char[n] in C", "String with @Size only, or ByteString");
        int size = component.size();
        return Optional.of(new RuntimeMethodConversion(
                new ArrayType(Scalar.CHAR, size), String.class, "String", size, component.truncates()));
    }

    private Optional<Conversion> enumeration(Component component) {
        return types.enumOf(MoreTypes.asTypeElement(component.type()), component.place())
                .flatMap(model -> numbers.enumeration(component, model));
    }

    private Optional<Conversion> flags(Component component) {
        return flagsOf(component)
                .flatMap(type -> types.enumOf(type, component.place()))
                .flatMap(model -> numbers.flags(component, model));
    }

    /** The enum of a {@link Set}. */
    private static Optional<TypeElement> flagsOf(Component component) {
        return component.is(Set.class) ? argument(component, ElementKind.ENUM) : Optional.empty();
    }

    private static Optional<TypeElement> argument(Component component, ElementKind kind) {
        return MoreTypes.asDeclared(component.type()).getTypeArguments().stream()
                .filter(type -> type.getKind() == TypeKind.DECLARED)
                .map(MoreTypes::asTypeElement)
                .filter(type -> type.getKind() == kind)
                .findFirst();
    }

    private Optional<Conversion> record(Component component) {
        numbers.rejectWidth(component, "a record is a struct in C", "the annotation on the components of the record");
        return types.structOf(MoreTypes.asTypeElement(component.type()), component.place())
                .map(Conversion.class::cast);
    }

    private Optional<Conversion> union(Component component) {
        numbers.rejectWidth(
                component, "a union is as wide as its members", "the annotation on the components of the members");
        Optional<TypeElement> type = argument(component, ElementKind.INTERFACE);
        if (type.isEmpty()) {
            context.error(
                    component.place(),
                    Rule.UNION_INVALID,
                    component.typeName(),
                    "has a type argument that is not an interface with @Union");
        }
        return type.flatMap(found -> types.unionOf(found, component.place())).map(UnionConversion::new);
    }

    /** Whether {@code @Size} fits the component's type; reports it otherwise. Readers use the numbers without further checks. */
    private boolean isSized(Component component, int dimensions) {
        if (!component.annotation(Size.class).stream().allMatch(context.problems()::isComplete)) {
            return false;
        }
        List<Integer> sizes = component.sizes();
        if (sizes.size() != dimensions) {
            rejectCount(component, dimensions);
            return false;
        }
        if (component.truncates() && !component.innermost().is(String.class)) {
            context.error(
                    component,
                    Rule.ANNOTATION_OF_OTHER_TYPES,
                    "truncate",
                    component.typeName(),
                    "a String can be truncated");
            return false;
        }
        return sizes.stream().allMatch(size -> isSize(component, size));
    }

    private void rejectCount(Component component, int dimensions) {
        String type = component.typeName();
        if (component.sizes().isEmpty()) {
            context.error(component, Rule.SIZE_MISSING, type, example(dimensions));
        } else if (dimensions == 0) {
            context.error(
                    component, Rule.ANNOTATION_OF_OTHER_TYPES, "@Size", type, "texts, arrays and lists need a size");
        } else {
            context.error(component, Rule.SIZE_DOES_NOT_FIT, type, example(dimensions));
        }
    }

    /** Whether Java can address an array with the declared number of such elements. */
    private boolean fits(Component component, CType element) {
        return isInRange(component, element.size() * component.size());
    }

    private boolean isSize(Component component, int size) {
        return size > 0 || isInRange(component, size);
    }

    private boolean isInRange(Component component, long bytes) {
        boolean inRange = bytes > 0 && bytes <= Integer.MAX_VALUE;
        if (!inRange) {
            context.error(component, Rule.SIZE_OUT_OF_RANGE, bytes);
        }
        return inRange;
    }

    private static String example(int dimensions) {
        return dimensions == 1
                ? "n"
                : "{" + String.join(", ", List.of("n", "m", "k", "j").subList(0, Math.min(dimensions, 4))) + "}";
    }
}
