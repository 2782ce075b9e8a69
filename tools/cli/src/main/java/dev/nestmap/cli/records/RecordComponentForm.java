/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeName;
import dev.nestmap.annotations.Pointer;
import dev.nestmap.annotations.U8;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.types.IntList;
import dev.nestmap.types.LongList;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The form of a C type as a component of a record.
 *
 * @param java its Java type
 * @param annotations the annotations for its form in C
 * @param ctype the resulting C type, with the size of the imported C type
 */
record RecordComponentForm(TypeName java, List<AnnotationSpec> annotations, CType ctype) {
    private static final TypeName INTS = ClassName.get(IntList.class);
    private static final TypeName LONGS = ClassName.get(LongList.class);

    RecordComponentForm {
        annotations = List.copyOf(annotations);
    }

    /** A form with one more annotation. */
    RecordComponentForm with(AnnotationSpec annotation) {
        List<AnnotationSpec> more = new ArrayList<>(annotations);
        more.add(0, annotation);
        return new RecordComponentForm(java, more, ctype);
    }

    /** The component with this name. */
    ParameterSpec component(String name) {
        return ParameterSpec.builder(java, name).addAnnotations(annotations).build();
    }

    /** A number. */
    static RecordComponentForm of(Scalar scalar) {
        return switch (scalar) {
            case BOOL -> plain(TypeName.BOOLEAN, scalar);
            case S8 -> plain(TypeName.BYTE, scalar);
            case S16 -> plain(TypeName.SHORT, scalar);
            case S32 -> plain(TypeName.INT, scalar);
            case S64 -> plain(TypeName.LONG, scalar);
            case CHAR -> of(Scalar.S8);
            case U8, U16, BE16 -> annotated(TypeName.INT, scalar);
            case U32, U64, BE32, BE64 -> annotated(TypeName.LONG, scalar);
            case U128, S128 -> annotated(ClassName.get(BigInteger.class), scalar);
        };
    }

    /** The address of a pointer. */
    static RecordComponentForm of(PointerType pointer) {
        return plain(TypeName.LONG, pointer).with(AnnotationFactory.of(Pointer.class, "value", "$S", pointer.target()));
    }

    /** A list of numbers; empty if there is no list type for them. */
    static Optional<RecordComponentForm> list(Scalar scalar) {
        return switch (scalar) {
            case S32 -> Optional.of(plain(INTS, scalar));
            case S64 -> Optional.of(plain(LONGS, scalar));
            case S8, S16, U16, BE16 -> Optional.of(annotated(INTS, scalar));
            case U32, U64, BE32, BE64 -> Optional.of(annotated(LONGS, scalar));
            default -> Optional.empty();
        };
    }

    private static RecordComponentForm plain(TypeName java, CType ctype) {
        return new RecordComponentForm(java, List.of(), ctype);
    }

    private static RecordComponentForm annotated(TypeName java, Scalar scalar) {
        return plain(java, scalar)
                .with(AnnotationSpec.builder(annotation(scalar)).build());
    }

    /** The annotation that states the width, sign and byte order of a number. */
    static ClassName annotation(Scalar scalar) {
        String name = scalar.name().charAt(0) + scalar.name().substring(1).toLowerCase(Locale.ROOT);
        return ClassName.get(U8.class).peerClass(name);
    }
}
