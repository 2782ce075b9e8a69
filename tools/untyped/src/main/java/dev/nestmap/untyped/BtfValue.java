/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import dev.nestmap.runtime.internal.map.NumberField;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import dev.nestmap.types.ByteString;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a key or value, decoded with BTF: a number, a text, a struct of further values, and so on. Decodes a part only when the
 * caller asks for it. Until then, even a value with a million elements costs nothing.
 *
 * <p>Names and texts come from other programs and may contain any character: escape control characters before you print them.
 */
public final class BtfValue {
    /** Kinds of values. */
    public enum Kind {
        /** A number, including {@code bool}, pointers and bit-fields. */
        NUMBER,
        /** A number with names for some of its values. */
        ENUM,
        /** An array of {@code char}. */
        TEXT,
        /** An array of {@code __u8}, or bytes of a type for which there is no other kind, such as a floating-point number. */
        BYTES,
        /** A struct: its parts are its fields. */
        STRUCT,
        /** A union: its parts are its members, which share their bytes. */
        UNION,
        /** An array: its parts are its elements, named {@code [0]}, {@code [1]} and so on. */
        ARRAY,
        /** A field that the kernel manages, such as {@code struct bpf_spin_lock}. User space reads zeros. */
        MANAGED
    }

    private static final String UNTYPED = "bytes without a type";

    private final Field field;
    private final ByteBuffer data;
    private final int offset;

    private BtfValue(Field field, ByteBuffer data, int offset) {
        this.field = field;
        this.data = data;
        this.offset = offset;
    }

    /** Reads the value of this type at an offset. */
    static BtfValue of(CType type, ByteString bytes, int offset) {
        return new BtfValue(new Field("", type, 0), ByteBuffer.wrap(bytes.toBytes()), offset);
    }

    /**
     * {@return a whole key or value that no type describes, as {@link Kind#BYTES}}
     *
     * @param bytes its bytes
     */
    public static BtfValue untyped(ByteString bytes) {
        return of(new OpaqueType(bytes.size(), 1, UNTYPED), bytes, 0);
    }

    /** {@return whether no type describes the bytes ({@link #untyped})} */
    public boolean isUntyped() {
        return field.type() instanceof OpaqueType opaque && opaque.what().equals(UNTYPED);
    }

    /** {@return the name of the field or element; empty for a whole key or value, and for an unnamed struct or union} */
    public String name() {
        return field.name();
    }

    /** {@return the type in C: {@code __be32}, {@code struct flow_key}, {@code char[16]}; an unnamed struct is {@code struct}} */
    public String type() {
        return field.type().spelling();
    }

    /** {@return the kind of the value} */
    public Kind kind() {
        CType type = field.type();
        if (type.isManaged()) {
            return Kind.MANAGED;
        }
        if (type instanceof ArrayType array) {
            return array.element() == Scalar.CHAR ? Kind.TEXT : array.element() == Scalar.U8 ? Kind.BYTES : Kind.ARRAY;
        }
        if (type instanceof StructType) {
            return Kind.STRUCT;
        }
        if (type instanceof UnionType) {
            return Kind.UNION;
        }
        if (type instanceof OpaqueType) {
            return Kind.BYTES;
        }
        return type instanceof EnumType ? Kind.ENUM : Kind.NUMBER;
    }

    /**
     * {@return the offset in bytes from the start of the whole key or value; for a per-CPU map, from the start of the entry's first value}
     */
    public int offset() {
        return offset;
    }

    /** {@return the size in bytes; for a bit-field, the size of its declared type} */
    public int size() {
        return Math.toIntExact(field.type().size());
    }

    /** {@return the width of a bit-field; 0 for every other value} */
    public int bits() {
        return field.bits();
    }

    /** {@return whether this is a number in network byte order: {@code __be16}, {@code __be32} or {@code __be64}} */
    public boolean isBigEndian() {
        return field.type() instanceof Scalar scalar && scalar.bigEndian();
    }

    /** {@return whether a number can be negative} */
    public boolean isSigned() {
        return field.type().carrier().filter(Scalar::signed).isPresent();
    }

    /** {@return a copy of the bytes; for a bit-field, of the bytes that contain it} */
    public ByteString bytes() {
        int end = Math.toIntExact(offset + field.end() - field.offset());
        return ByteString.of(buffer(), offset, end - offset);
    }

    /** {@return the number; null unless this is a {@link Kind#NUMBER} or {@link Kind#ENUM}} */
    public @Nullable BigInteger number() {
        Kind kind = kind();
        if (kind != Kind.NUMBER && kind != Kind.ENUM) {
            return null;
        }
        ByteBuffer from = buffer().order(ByteOrder.nativeOrder());
        return new NumberField(field, isSigned(), isBigEndian()).read(from, offset - Math.toIntExact(field.offset()));
    }

    /** {@return the number of a {@link Kind#NUMBER} or {@link Kind#ENUM}} */
    BigInteger requireNumber() {
        return Objects.requireNonNull(number(), "a number");
    }

    /** Copies the bits of this value to the same place of another whole key or value, which begins at an offset. */
    void copyTo(ByteBuffer whole, int start) {
        if (bits() == 0) {
            whole.put(offset - start, buffer(), offset, size());
        } else {
            putNumber(requireNumber(), whole, start);
        }
    }

    /**
     * Writes this number to its place in another whole key or value, which begins at an offset.
     *
     * @throws IllegalArgumentException if the field has too few bits. A {@code bool} may be any byte, which programs can store
     */
    void putNumber(BigInteger number, ByteBuffer whole, int start) {
        Field bits = field.type() == Scalar.BOOL ? field.withType(Scalar.U8) : field;
        new NumberField(bits, isSigned(), isBigEndian())
                .write(whole, offset - Math.toIntExact(field.offset()) - start, number);
    }

    /**
     * Returns the text, or the name of an enum's constant.
     *
     * @return for a {@link Kind#TEXT}, the characters up to the first zero, decoded as UTF-8 with replacement characters for malformed
     *     bytes. For an {@link Kind#ENUM}, the name of the constant, or null if no constant has this value. Null for every other kind
     */
    public @Nullable String text() {
        if (kind() == Kind.TEXT) {
            byte[] content = bytes().toBytes();
            int length = 0;
            while (length < content.length && content[length] != 0) {
                length++;
            }
            return new String(content, 0, length, StandardCharsets.UTF_8);
        }
        BigInteger number = number();
        if (number == null || !(field.type() instanceof EnumType constants)) {
            return null;
        }
        return constants.constants().stream()
                .filter(constant -> constant.value() == number.longValue())
                .map(EnumType.Constant::name)
                .findFirst()
                .orElse(null);
    }

    /** Returns the number of the constant with exactly this name; null if there is none, or if this is no enum. */
    @Nullable
    BigInteger exactConstant(String name) {
        return field.type() instanceof EnumType constants
                ? constants.constants().stream()
                        .filter(constant -> constant.name().equals(name))
                        .map(constant -> constants.signed()
                                ? BigInteger.valueOf(constant.value())
                                : new BigInteger(Long.toUnsignedString(constant.value())))
                        .findFirst()
                        .orElse(null)
                : null;
    }

    /** The type. */
    CType cType() {
        return field.type();
    }

    /** {@return the fields of a struct, the members of a union, or the elements of an array, in order; empty for every other kind} */
    public List<BtfValue> parts() {
        CType type = field.type();
        if (type instanceof StructType || type instanceof UnionType) {
            return members(type.fields());
        }
        return kind() == Kind.ARRAY && type instanceof ArrayType array ? new Elements(array) : List.of();
    }

    /**
     * Finds one of the {@link #parts} by its name, including fields of unnamed structs and unions, as in C.
     *
     * @param name name of a field; {@code [3]} for an element
     * @return the part; null if there is none
     */
    public @Nullable BtfValue part(String name) {
        for (BtfValue part : parts()) {
            BtfValue found =
                    part.name().isEmpty() ? part.part(name) : part.name().equals(name) ? part : null;
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private List<BtfValue> members(List<Field> fields) {
        List<BtfValue> values = new ArrayList<>(fields.size());
        for (Field member : fields) {
            int at = Math.toIntExact(offset + member.offset());
            values.add(new BtfValue(member, data, at));
        }
        return List.copyOf(values);
    }

    private ByteBuffer buffer() {
        return data.duplicate().order(ByteOrder.nativeOrder());
    }

    /** {@return the value with the names of its fields: {@code {packets: 12, name: eth0}}; bytes are in hexadecimal digits} */
    @Override
    public String toString() {
        return switch (kind()) {
            case NUMBER -> String.valueOf(number());
            case ENUM -> text() == null ? String.valueOf(number()) : String.valueOf(text());
            case TEXT -> String.valueOf(text());
            case BYTES -> bytes().toString();
            case MANAGED -> type();
            case ARRAY -> parts().stream().map(BtfValue::toString).collect(Collectors.joining(", ", "[", "]"));
            case STRUCT, UNION ->
                parts().stream()
                        .map(part -> part.name().isEmpty() ? part.toString() : part.name() + ": " + part)
                        .collect(Collectors.joining(", ", "{", "}"));
        };
    }

    /** The elements of an array. Creates each element when the caller asks for it. */
    private final class Elements extends AbstractList<BtfValue> {
        private final ArrayType array;

        Elements(ArrayType array) {
            this.array = array;
        }

        @Override
        public BtfValue get(int index) {
            if (index < 0 || index >= size()) {
                throw new IndexOutOfBoundsException(index);
            }
            int at = Math.toIntExact(offset + index * array.element().size());
            return new BtfValue(new Field("[" + index + "]", array.element(), 0), data, at);
        }

        @Override
        public int size() {
            return Math.toIntExact(array.count());
        }
    }
}
