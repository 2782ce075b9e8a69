/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.annotations.Align;
import dev.nestmap.annotations.Anonymous;
import dev.nestmap.annotations.Bits;
import dev.nestmap.annotations.Packed;
import dev.nestmap.annotations.Pad;
import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import javax.lang.model.element.Modifier;

/** Writes a C struct as a record. */
record StructRecordWriter(JavaTypeWriter types) {
    /** A constructor has at most 255 parameters, and a {@code long} counts as two (JVMS 4.3.3). */
    private static final int MAX_COMPONENTS = 120;

    /** The use of a struct, which determines the fields that the kernel manages in it. */
    enum Use {
        /** The value of a map. */
        VALUE,
        /** A part of a key, a value or another struct. The kernel manages no fields in it. */
        PART
    }

    /**
     * The components of a struct.
     *
     * @param parameters the components
     * @param annotations the annotations of the record, for its layout and its kernel-managed fields
     * @param struct the resulting struct of the record
     */
    record Components(List<ParameterSpec> parameters, List<AnnotationSpec> annotations, StructType struct) {}

    /** The form of a struct as a record of its own; empty if a record can't have this layout. */
    Optional<RecordComponentForm> form(StructType struct, String hint) {
        return components(struct, hint, new UniqueJavaNames(), Use.PART).map(components -> {
            String name = types.names().type(struct.name(), hint);
            TypeSpec.Builder record = TypeSpec.recordBuilder(name)
                    .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                    .addAnnotations(components.annotations())
                    .recordConstructor(constructor(components.parameters()));
            String tag = types.namesInC().tag(record, name, struct);
            types.declare(record.build());
            return new RecordComponentForm(
                    types.nested(name), List.of(), components.struct().withName(tag));
        });
    }

    static MethodSpec constructor(List<ParameterSpec> components) {
        return MethodSpec.constructorBuilder().addParameters(components).build();
    }

    /**
     * The components of a struct; empty if a record can't have this layout.
     *
     * @param names the names that are taken in the record
     */
    Optional<Components> components(StructType whole, String hint, UniqueJavaNames names, Use use) {
        StructType struct = withoutEmptyFields(whole);
        if (struct.fields().isEmpty() || struct.fields().size() > MAX_COMPONENTS) {
            return Optional.empty();
        }
        boolean inKey = types.uses().isInKey(struct);
        ManagedFieldWriter managed = new ManagedFieldWriter(types.namesInC());
        List<Optional<RecordComponentForm>> forms = new ArrayList<>();
        List<CType> ctypes = new ArrayList<>();
        for (Field field : struct.fields()) {
            Optional<RecordComponentForm> form = field(field, hint + "_" + JavaTypeWriter.label(field), inKey);
            Optional<CType> type = form.map(RecordComponentForm::ctype)
                    .or(() -> use == Use.PART ? Optional.empty() : managed.type(field));
            if (type.isEmpty()) {
                return Optional.empty();
            }
            forms.add(form);
            ctypes.add(type.get());
        }
        return LayoutAnnotations.of(struct.name(), struct, ctypes)
                .map(fit -> new Written(struct, forms, fit, names, types.namesInC(), managed))
                .filter(Written::keepsPlaces)
                .map(Written::write)
                .filter(components -> areDistinct(components.struct().fields()));
    }

    /** The struct without fields that have no bytes, such as {@code data[0]} at the end of {@code struct bpf_lpm_trie_key}. */
    static StructType withoutEmptyFields(StructType struct) {
        List<Field> fields = struct.fields().stream()
                .filter(field -> field.isBitField() || field.type().size() > 0)
                .toList();
        return new StructType(struct.name(), struct.size(), struct.alignment(), fields);
    }

    /** Whether no two fields have one name. BTF can have such fields, C and records can't. */
    static boolean areDistinct(List<Field> fields) {
        List<String> names = fields.stream().flatMap(Field::names).toList();
        return Set.copyOf(names).size() == names.size();
    }

    private Optional<RecordComponentForm> field(Field field, String hint, boolean inKey) {
        if (field.isBitField()) {
            return bitField(field);
        }
        Optional<RecordComponentForm> form = types.form(field.type(), hint, inKey);
        if (!field.name().isEmpty()) {
            return form.map(one -> aligned(field, one));
        }
        // The members of an unnamed struct or union belong to the enclosing struct.
        return form.filter(one -> one.ctype() instanceof StructType || one.ctype() instanceof UnionType)
                .map(one -> new RecordComponentForm(
                                one.java(), one.annotations(), ((NamedType) one.ctype()).withName(""))
                        .with(AnnotationFactory.of(Anonymous.class)))
                .or(() -> form);
    }

    /** Bytes that stand for a type with a larger alignment get its alignment, unless the struct is packed. */
    private static RecordComponentForm aligned(Field field, RecordComponentForm form) {
        int alignment = field.type().alignment();
        boolean isAligned = form.ctype().alignment() >= alignment || field.offset() % alignment != 0;
        return isAligned ? form : form.with(AnnotationFactory.of(Align.class, "value", alignment));
    }

    private Optional<RecordComponentForm> bitField(Field field) {
        boolean isWholeBool = field.type() == Scalar.BOOL && field.bits() == 1;
        Optional<RecordComponentForm> form =
                field.type() instanceof Scalar scalar && scalar.isNumber() && !scalar.bigEndian()
                        ? Optional.of(RecordComponentForm.of(scalar))
                        : field.type() instanceof EnumType constants
                                ? Scalar.number(constants.size(), constants.signed())
                                        .map(RecordComponentForm::of)
                                : isWholeBool ? Optional.of(RecordComponentForm.of(Scalar.BOOL)) : Optional.empty();
        return form.filter(one -> one.ctype().size() <= Long.BYTES)
                .map(one -> one.with(AnnotationFactory.of(Bits.class, "value", field.bits())));
    }

    /** Writes the components with the padding between them. */
    private record Written(
            StructType struct,
            List<Optional<RecordComponentForm>> forms,
            LayoutAnnotations fit,
            UniqueJavaNames names,
            CNameKeeper namesInC,
            ManagedFieldWriter managed) {
        /** Whether annotations of the record can keep the places of the fields that the kernel manages. They state no padding, and aren't repeated. */
        boolean keepsPlaces() {
            Set<CType> found = new HashSet<>();
            return IntStream.range(0, forms.size())
                    .filter(i -> forms.get(i).isEmpty())
                    .allMatch(i -> found.add(struct.fields().get(i).type())
                            && fit.padBits().get(i) == 0);
        }

        Components write() {
            List<ParameterSpec> parameters = new ArrayList<>();
            List<AnnotationSpec> annotations = new ArrayList<>();
            List<Field> waiting = new ArrayList<>();
            List<Field> fields = new ArrayList<>();
            for (int i = 0; i < forms.size(); i++) {
                Field field = struct.fields().get(i);
                if (forms.get(i).isEmpty()) {
                    waiting.add(field);
                    fields.add(fit.struct().fields().get(i));
                    continue;
                }
                String name = names.component(field.name().isEmpty() ? "members" : field.name());
                waiting.forEach(before -> annotations.add(managed.annotation(before, name)));
                waiting.clear();
                parameters.add(component(
                        name, field, forms.get(i).orElseThrow(), fit.padBits().get(i)));
                fields.add(renamed(fit.struct().fields().get(i), CNameConverter.snakeCase(name)));
            }
            waiting.forEach(last -> annotations.add(managed.annotation(last, "")));
            if (fit.packed()) {
                annotations.add(AnnotationFactory.of(Packed.class));
            }
            if (fit.padAtEnd() > 0) {
                annotations.add(AnnotationFactory.of(Pad.class, "value", fit.padAtEnd()));
            }
            StructType made = fit.struct();
            return new Components(
                    parameters, annotations, new StructType(made.name(), made.size(), made.alignment(), fields));
        }

        /** The field with the name that the component has in C. */
        private Field renamed(Field field, String implied) {
            return field.name().isEmpty() ? field : field.withName(namesInC.member(implied, field.name(), struct));
        }

        private ParameterSpec component(String name, Field field, RecordComponentForm form, long padBits) {
            RecordComponentForm padded = padBits == 0 ? form : form.with(pad(padBits));
            return Optional.of(field.name())
                    .filter(cName -> !cName.isEmpty())
                    .flatMap(cName -> CNameKeeper.annotation(
                            CNameConverter.snakeCase(name),
                            namesInC.member(CNameConverter.snakeCase(name), cName, struct)))
                    .map(padded::with)
                    .orElse(padded)
                    .component(name);
        }

        private static AnnotationSpec pad(long bits) {
            AnnotationSpec.Builder pad = AnnotationSpec.builder(Pad.class);
            if (bits >= Byte.SIZE) {
                pad.addMember("value", "$L", bits / Byte.SIZE);
            }
            if (bits % Byte.SIZE > 0) {
                pad.addMember("bits", "$L", bits % Byte.SIZE);
            }
            return pad.build();
        }
    }
}
