/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.Be32;
import dev.nestmap.annotations.Be64;
import dev.nestmap.annotations.S128;
import dev.nestmap.annotations.S16;
import dev.nestmap.annotations.S8;
import dev.nestmap.annotations.U128;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.types.IntList;
import dev.nestmap.types.LongList;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/** Chooses Java types for C numbers. */
final class NumberTypeChooser {
    private static final TypeName INTS = ClassName.get(IntList.class);
    private static final TypeName LONGS = ClassName.get(LongList.class);

    private NumberTypeChooser() {}

    static RecordComponentForm of(Scalar scalar) {
        return switch (scalar) {
            case BOOL -> new RecordComponentForm(TypeName.BOOLEAN, List.of(), scalar);
            case U8 -> form(TypeName.INT, U8.class, scalar);
            case U16 -> form(TypeName.INT, U16.class, scalar);
            case U32 -> form(TypeName.LONG, U32.class, scalar);
            case U64 -> form(TypeName.LONG, U64.class, scalar);
            case S8 -> new RecordComponentForm(TypeName.BYTE, List.of(), scalar);
            case S16 -> new RecordComponentForm(TypeName.SHORT, List.of(), scalar);
            case S32 -> new RecordComponentForm(TypeName.INT, List.of(), scalar);
            case S64 -> new RecordComponentForm(TypeName.LONG, List.of(), scalar);
            case BE16 -> form(TypeName.INT, Be16.class, scalar);
            case BE32 -> form(TypeName.LONG, Be32.class, scalar);
            case BE64 -> form(TypeName.LONG, Be64.class, scalar);
            case U128 -> form(ClassName.get(BigInteger.class), U128.class, scalar);
            case S128 -> form(ClassName.get(BigInteger.class), S128.class, scalar);
            case CHAR -> new RecordComponentForm(TypeName.BYTE, List.of(), Scalar.S8);
        };
    }

    /** The address of a pointer. */
    static RecordComponentForm of(PointerType pointer) {
        AnnotationSpec annotation = AnnotationSpec.builder(U64.class)
                .addMember("pointerTo", "$S", pointer.target())
                .build();
        return new RecordComponentForm(TypeName.LONG, List.of(annotation), pointer);
    }

    /** A list of these numbers; empty if there is no list type for them. */
    static Optional<RecordComponentForm> list(Scalar scalar) {
        return Optional.ofNullable(
                switch (scalar) {
                    case S8 -> form(INTS, S8.class, scalar);
                    case U16 -> form(INTS, U16.class, scalar);
                    case S16 -> form(INTS, S16.class, scalar);
                    case BE16 -> form(INTS, Be16.class, scalar);
                    case S32 -> new RecordComponentForm(INTS, List.of(), scalar);
                    case U32 -> form(LONGS, U32.class, scalar);
                    case BE32 -> form(LONGS, Be32.class, scalar);
                    case U64 -> form(LONGS, U64.class, scalar);
                    case S64 -> new RecordComponentForm(LONGS, List.of(), scalar);
                    case BE64 -> form(LONGS, Be64.class, scalar);
                    default -> null;
                });
    }

    private static RecordComponentForm form(TypeName java, Class<?> width, Scalar scalar) {
        return new RecordComponentForm(java, List.of(AnnotationFactory.of(width)), scalar);
    }
}
