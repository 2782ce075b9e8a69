/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.annotations.Size;
import dev.nestmap.schema.type.AddressStructTypes;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.MacAddress;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Writes C types as Java types. Each struct, union and enum is written once. */
final class JavaTypeWriter {
    /** With more types than any object of a person has, each further type becomes bytes. */
    private static final int MOST_DECLARATIONS = 4000;

    private final ClassName top;
    private final UniqueJavaNames names;
    private final CNameKeeper namesInC;
    private final List<TypeSpec> declarations = new ArrayList<>();
    private final Map<CType, Optional<RecordComponentForm>> done = new HashMap<>();

    /** The enums that became numbers because BTF has lost their constants. */
    private final Set<String> unknownEnums = new TreeSet<>();

    private final StructUseCounter uses = new StructUseCounter();

    JavaTypeWriter(ClassName top, UniqueJavaNames names, CNameKeeper namesInC) {
        this.top = top;
        this.names = names;
        this.namesInC = namesInC;
    }

    /** The records, interfaces and enums that were written. */
    List<TypeSpec> declarations() {
        return List.copyOf(declarations);
    }

    void declare(TypeSpec type) {
        declarations.add(type);
    }

    /** The name for a type without a tag, made of the name of the field that has it. */
    static String label(Field field) {
        return field.name().isEmpty() ? field.type() instanceof UnionType ? "union" : "part" : field.name();
    }

    UniqueJavaNames names() {
        return names;
    }

    CNameKeeper namesInC() {
        return namesInC;
    }

    /** The class name of a nested type. */
    ClassName nested(String name) {
        return top.nestedClass(name);
    }

    Set<String> unknownEnums() {
        return unknownEnums;
    }

    StructUseCounter uses() {
        return uses;
    }

    /**
     * The form of a type.
     *
     * @param hint what a type without a tag is called
     * @param inKey whether it is part of a key
     * @return empty if no component can stand for it: a field that the kernel manages, or a type without bytes
     */
    Optional<RecordComponentForm> form(CType type, String hint, boolean inKey) {
        if (type.isManaged() || type.size() == 0 || type.size() > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        boolean isFull = declarations.size() >= MOST_DECLARATIONS;
        return Optional.of((isFull ? Optional.<RecordComponentForm>empty() : direct(type, hint, inKey))
                .orElseGet(() -> bytes(type)));
    }

    private Optional<RecordComponentForm> direct(CType type, String hint, boolean inKey) {
        if (type instanceof Scalar scalar) {
            return Optional.of(RecordComponentForm.of(scalar));
        }
        if (type instanceof PointerType pointer) {
            return Optional.of(
                    namesInC.hasHeader() && pointer.isDeclarable()
                            ? RecordComponentForm.of(pointer)
                            : RecordComponentForm.of(Scalar.U64));
        }
        if (type instanceof EnumType constants) {
            if (constants.hasUnknownConstants()) {
                unknownEnums.add(constants.name().isEmpty() ? hint : constants.name());
            }
            return done(constants, () -> new EnumWriter(this).form(constants, hint))
                    .or(() ->
                            Scalar.number(constants.size(), constants.signed()).map(RecordComponentForm::of));
        }
        if (type instanceof ArrayType array) {
            return array(array, hint, inKey);
        }
        if (type.equals(AddressStructTypes.IN6_ADDR)) {
            return Optional.of(new RecordComponentForm(ClassName.get(Inet6Address.class), List.of(), type));
        }
        if (type instanceof StructType struct) {
            return done(struct, () -> new StructRecordWriter(this).form(struct, hint));
        }
        return type instanceof UnionType union
                ? done(union, () -> new UnionInterfaceWriter(this).form(union, hint))
                : Optional.empty();
    }

    /** Remembers the form of a type. */
    private Optional<RecordComponentForm> done(CType type, Supplier<Optional<RecordComponentForm>> write) {
        Optional<RecordComponentForm> known = done.get(type);
        if (known == null) {
            known = write.get();
            done.put(type, known);
        }
        return known;
    }

    private Optional<RecordComponentForm> array(ArrayType array, String hint, boolean inKey) {
        CType element = array.element();
        if (element == Scalar.U8 && array.count() == MacAddress.SIZE) {
            return Optional.of(new RecordComponentForm(ClassName.get(MacAddress.class), List.of(), array));
        }
        Optional<RecordComponentForm> list =
                element instanceof Scalar scalar ? RecordComponentForm.list(scalar) : Optional.empty();
        if (element instanceof PointerType) {
            return array(new ArrayType(Scalar.U64, array.count()), hint, inKey);
        }
        if (list.isPresent() && isLength(array.count())) {
            return list.map(
                    form -> new RecordComponentForm(form.java(), form.annotations(), array).with(size(array.count())));
        }
        boolean isText = element == Scalar.CHAR || element == Scalar.U8;
        return inKey && !isText
                ? Optional.empty()
                : elements(array, hint).map(all -> all.form().with(size(all.dimensions())));
    }

    /**
     * An array without its lengths.
     *
     * @param form the form without {@code @Size}
     * @param dimensions the lengths, the outermost first
     */
    private record Elements(RecordComponentForm form, List<Long> dimensions) {}

    private Optional<Elements> elements(ArrayType array, String hint) {
        if (!isLength(array.count())) {
            return Optional.empty();
        }
        if (array.element() == Scalar.CHAR || array.element() == Scalar.U8) {
            Class<?> java = array.element() == Scalar.CHAR ? String.class : ByteString.class;
            return Optional.of(new Elements(
                    new RecordComponentForm(ClassName.get(java), List.of(), array), List.of(array.count())));
        }
        Optional<Elements> element = array.element() instanceof ArrayType inner
                ? elements(inner, hint)
                : form(array.element(), hint, false)
                        .filter(form -> !form.annotations().stream().anyMatch(JavaTypeWriter::isSize))
                        .map(form -> new Elements(form, List.of()));
        return element.map(one -> {
            List<Long> dimensions = new ArrayList<>(List.of(array.count()));
            dimensions.addAll(one.dimensions());
            RecordComponentForm form = one.form();
            return new Elements(
                    new RecordComponentForm(
                            ArrayTypeName.of(form.java()),
                            form.annotations(),
                            new ArrayType(form.ctype(), array.count())),
                    dimensions);
        });
    }

    private static boolean isLength(long count) {
        return count > 0 && count <= Integer.MAX_VALUE;
    }

    private static boolean isSize(AnnotationSpec annotation) {
        return annotation.type().equals(ClassName.get(Size.class));
    }

    /** A type as bytes. */
    private static RecordComponentForm bytes(CType type) {
        return new RecordComponentForm(
                ClassName.get(ByteString.class), List.of(size(type.size())), new ArrayType(Scalar.U8, type.size()));
    }

    private static AnnotationSpec size(long count) {
        return AnnotationFactory.of(Size.class, "value", count);
    }

    private static AnnotationSpec size(List<Long> dimensions) {
        String text = dimensions.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return AnnotationSpec.builder(Size.class)
                .addMember("value", dimensions.size() == 1 ? "$L" : "{$L}", text)
                .build();
    }
}
