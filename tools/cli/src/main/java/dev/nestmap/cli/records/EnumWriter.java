/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.TypeSpec;
import dev.nestmap.annotations.EnumValue;
import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Scalar;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import javax.lang.model.element.Modifier;

/** Writes a C enum as a Java enum. */
record EnumWriter(JavaTypeWriter types) {
    /** A Java enum can have some 2,700 constants: its initializer is one method of at most 64 KiB. */
    private static final int MAX_CONSTANTS = 1000;

    /** The form of an enum; empty if Java has no such enum: two constants with one value, or too many constants. */
    Optional<RecordComponentForm> form(EnumType type, String hint) {
        if (!isPossible(type)) {
            return Optional.empty();
        }
        String name = types.names().type(type.name(), hint);
        TypeSpec.Builder java = TypeSpec.enumBuilder(name).addModifiers(Modifier.PUBLIC, Modifier.STATIC);
        if (EnumType.of("", type.constants()).size() != type.size()) {
            Scalar.number(type.size(), type.signed())
                    .map(RecordComponentForm::annotation)
                    .ifPresent(java::addAnnotation);
        }
        String tag = types.namesInC().tag(java, name, type);
        List<EnumType.Constant> constants = constants(java, type, tag);
        types.declare(java.build());
        return Optional.of(new RecordComponentForm(
                types.nested(name), List.of(), new EnumType(tag, type.size(), type.signed(), constants)));
    }

    private List<EnumType.Constant> constants(TypeSpec.Builder java, EnumType type, String tag) {
        UniqueJavaNames names = new UniqueJavaNames();
        List<EnumType.Constant> constants = type.constants();
        boolean isCounted = IntStream.range(0, constants.size())
                .allMatch(i -> constants.get(i).value() == i);
        List<EnumType.Constant> written = new ArrayList<>();
        String prefix = CNameConverter.upperCase(tag) + "_";
        for (EnumType.Constant constant : constants) {
            String cName = constant.name();
            if (types.namesInC().isLeftOut(cName, type)) {
                continue;
            }
            boolean isPrefixed = cName.startsWith(prefix) && cName.length() > prefix.length();
            String name = names.constant(isPrefixed ? cName.substring(prefix.length()) : cName);
            TypeSpec.Builder body = TypeSpec.anonymousClassBuilder("");
            String implied = prefix + CNameConverter.upperCase(name);
            String stated = types.namesInC().member(implied, cName, type);
            CNameKeeper.annotation(implied, stated).ifPresent(body::addAnnotation);
            written.add(new EnumType.Constant(stated, constant.value()));
            if (!isCounted) {
                body.addAnnotation(AnnotationFactory.of(EnumValue.class, "value", constant.value()));
            }
            java.addEnumConstant(name, body.build());
        }
        java.addEnumConstant(
                names.constant("UNKNOWN"),
                TypeSpec.anonymousClassBuilder("")
                        .addAnnotation(AnnotationFactory.of(EnumValue.class, "unknown", "$L", true))
                        .build());
        return written;
    }

    /** Whether a Java enum can represent it. */
    private static boolean isPossible(EnumType type) {
        Set<Long> values = new HashSet<>();
        Set<String> names = new HashSet<>();
        boolean isDistinct = type.constants().stream()
                .allMatch(constant -> values.add(constant.value())
                        && names.add(constant.name())
                        && CNameConverter.isIdentifier(constant.name()));
        EnumType natural = EnumType.of(type.name(), type.constants());
        return isDistinct
                && !type.constants().isEmpty()
                && type.constants().size() <= MAX_CONSTANTS
                && natural.signed() == type.signed()
                && type.constants().stream().allMatch(constant -> fits(constant.value(), type));
    }

    private static boolean fits(long value, EnumType type) {
        if (type.size() == Long.BYTES) {
            return type.signed() || value >= 0;
        }
        int bits = (int) type.size() * Byte.SIZE;
        long min = type.signed() ? -1L << (bits - 1) : 0;
        long max = type.signed() ? ~min : (1L << bits) - 1;
        return value >= min && value <= max;
    }
}
