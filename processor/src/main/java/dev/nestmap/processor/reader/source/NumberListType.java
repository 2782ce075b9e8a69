/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import dev.nestmap.types.IntList;
import dev.nestmap.types.LongList;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.type.TypeKind;

/** A list type of numbers with value equality, which is an array in C. */
public enum NumberListType {
    INTS(IntList.class, TypeKind.INT),
    LONGS(LongList.class, TypeKind.LONG);

    private final Class<?> list;
    private final TypeKind element;

    NumberListType(Class<?> list, TypeKind element) {
        this.list = list;
        this.element = element;
    }

    /** The list type of a component. */
    public static Optional<NumberListType> of(Component component) {
        return Stream.of(values()).filter(type -> component.is(type.list)).findFirst();
    }

    /** The list type, with its width annotation, for numbers of this Java type; empty for other types. */
    public static Optional<String> holding(TypeKind number) {
        return Optional.ofNullable(
                switch (number) {
                    case BYTE -> "ByteString";
                    case SHORT -> "@S16 IntList";
                    case INT -> "IntList";
                    case LONG -> "LongList";
                    default -> null;
                });
    }

    public Class<?> list() {
        return list;
    }

    public TypeKind element() {
        return element;
    }
}
