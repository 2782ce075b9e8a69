/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.annotations.Anonymous;
import dev.nestmap.annotations.Packed;
import dev.nestmap.annotations.Union;
import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import dev.nestmap.types.Untagged;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.Modifier;

/** Writes a C union as a sealed interface with a record for each member. */
record UnionInterfaceWriter(JavaTypeWriter types) {
    /** The form of a union; empty if an interface can't stand for it: bit-fields as members, or another size. */
    Optional<RecordComponentForm> form(UnionType union, String hint) {
        List<RecordComponentForm> forms = new ArrayList<>();
        List<StructType.Member> members = new ArrayList<>();
        for (Field field : union.fields()) {
            Optional<RecordComponentForm> form = field.isBitField()
                    ? Optional.empty()
                    : types.form(
                            field.type(),
                            hint + "_" + JavaTypeWriter.label(field),
                            types.uses().isInKey(union));
            boolean isUnnamed = field.name().isEmpty();
            if (form.isEmpty() || (isUnnamed && !(form.get().ctype() instanceof NamedType))) {
                return Optional.empty();
            }
            forms.add(form.get());
            members.add(new StructType.Member(field.name(), form.get().ctype()));
        }
        UnionType made = UnionType.of(union.name(), members, new StructAttributes(union.alignment() == 1, 1));
        if (members.isEmpty() || made.size() != union.size() || !StructRecordWriter.areDistinct(union.fields())) {
            return Optional.empty();
        }
        return Optional.of(declare(union, made, forms, hint));
    }

    private RecordComponentForm declare(UnionType union, UnionType made, List<RecordComponentForm> forms, String hint) {
        String name = types.names().type(union.name(), hint);
        ClassName type = types.nested(name);
        TypeSpec.Builder java = TypeSpec.interfaceBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.SEALED)
                .addAnnotation(Union.class);
        if (union.alignment() == 1 && made.alignment() == 1 && isPacked(forms)) {
            java.addAnnotation(Packed.class);
        }
        String tag = types.namesInC().tag(java, name, union);
        for (int i = 0; i < forms.size(); i++) {
            java.addType(member(union.fields().get(i), forms.get(i), name, type));
        }
        types.declare(java.build());
        return new RecordComponentForm(
                ParameterizedTypeName.get(ClassName.get(Untagged.class), type), List.of(), made.withName(tag));
    }

    private static boolean isPacked(List<RecordComponentForm> forms) {
        return forms.stream().anyMatch(form -> form.ctype().alignment() > 1);
    }

    private TypeSpec member(Field field, RecordComponentForm form, String union, ClassName type) {
        String wanted = field.name().isEmpty() ? union + "Members" : field.name();
        String name = types.names().type(wanted, union + "_" + wanted);
        ParameterSpec component =
                form.component(new UniqueJavaNames().component(field.name().isEmpty() ? "members" : field.name()));
        TypeSpec.Builder record = TypeSpec.recordBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .addSuperinterface(type)
                .recordConstructor(StructRecordWriter.constructor(List.of(component)));
        if (field.name().isEmpty()) {
            record.addAnnotation(Anonymous.class);
        } else {
            String implied = CNameConverter.snakeCase(name);
            CNameKeeper.annotation(implied, types.namesInC().of(implied, field.name()))
                    .ifPresent(record::addAnnotation);
        }
        return record.build();
    }
}
