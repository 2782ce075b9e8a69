/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Writes types as BTF in this machine's byte order, for maps that are created without an object ({@code BPF_BTF_LOAD}). Enums become
 * integers.
 */
public final class BtfWriter {
    private static final short MAGIC = (short) 0xeb9f;
    private static final int HEADER_SIZE = 24;
    private static final int SIGNED = 1;
    private static final int BOOL = 4;

    private final ByteArrayOutputStream types = new ByteArrayOutputStream();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private final Map<CType, Integer> ids = new HashMap<>();
    private int last;

    /** Creates an image without types. */
    public BtfWriter() {
        strings.write(0);
    }

    /**
     * Adds a type and the types that it contains, unless the image has them. Returns the number of the type.
     *
     * @throws IllegalArgumentException for a list or tree: the type of its elements must be in the BTF of the programs that use it
     */
    public int add(CType type) {
        Integer known = ids.get(type);
        if (known != null) {
            return known;
        }
        int id = write(type);
        ids.put(type, id);
        return id;
    }

    /** The bytes of the image. */
    public byte[] bytes() {
        return ByteBuffer.allocate(HEADER_SIZE + types.size() + strings.size())
                .order(ByteOrder.nativeOrder())
                .putShort(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putInt(HEADER_SIZE)
                .putInt(0)
                .putInt(types.size())
                .putInt(types.size())
                .putInt(strings.size())
                .put(types.toByteArray())
                .put(strings.toByteArray())
                .array();
    }

    private int write(CType type) {
        if (type instanceof Scalar scalar) {
            return scalar(scalar);
        } else if (type instanceof EnumType enumType) {
            return add(integer(enumType.size(), enumType.signed()));
        } else if (type instanceof ArrayType array) {
            return array(add(array.element()), array.count());
        } else if (type instanceof StructType struct) {
            return aggregate(BtfKind.STRUCT, struct, struct.fields());
        } else if (type instanceof UnionType union) {
            return aggregate(BtfKind.UNION, union, union.fields());
        } else if (type instanceof PointerType pointer) {
            return pointer(pointer);
        } else if (type instanceof ManagedFieldType kernel) {
            Scalar word = integer(kernel.alignment(), false);
            CType words = kernel.size() == word.size() ? word : new ArrayType(word, kernel.size() / word.size());
            return aggregate(BtfKind.STRUCT, kernel.tag(), kernel.size(), List.of(new Field("__opaque", words, 0)));
        }
        return array(add(Scalar.U8), ((OpaqueType) type).size());
    }

    private static Scalar integer(long size, boolean signed) {
        return Scalar.number(size, signed).orElseThrow();
    }

    private int scalar(Scalar scalar) {
        if (scalar.bigEndian()) {
            return record(scalar.spelling(), BtfKind.TYPEDEF, false, 0, add(integer(scalar.size(), false)));
        }
        int encoding = scalar == Scalar.BOOL ? BOOL : scalar.signed() && scalar != Scalar.CHAR ? SIGNED : 0;
        int size = (int) scalar.size();
        return record(scalar.spelling(), BtfKind.INT, false, 0, size, encoding << 24 | size * Byte.SIZE);
    }

    private int array(int element, long count) {
        return record("", BtfKind.ARRAY, false, 0, 0, element, add(Scalar.U32), (int) count);
    }

    /** The kernel finds the target of a kptr by its name. A pointer with a tag that Nestmap does not know becomes a {@code void *}. */
    private int pointer(PointerType pointer) {
        Optional<String> tag = pointer.struct();
        if (tag.isEmpty()) {
            return record("", BtfKind.PTR, false, 0, 0);
        }
        int struct = aggregate(BtfKind.STRUCT, tag.get(), 0, List.of());
        if (!pointer.isManaged()) {
            return record("", BtfKind.PTR, false, 0, struct);
        }
        return record("", BtfKind.PTR, false, 0, record(pointer.kind().tag(), BtfKind.TYPE_TAG, false, 0, struct));
    }

    private int aggregate(BtfKind kind, NamedType type, List<Field> fields) {
        return aggregate(kind, type.name(), type.size(), fields);
    }

    private int aggregate(BtfKind kind, String name, long size, List<Field> fields) {
        boolean bits = fields.stream().anyMatch(Field::isBitField);
        List<Integer> words = new ArrayList<>(List.of((int) size));
        for (Field field : fields) {
            words.add(name(field.name()));
            words.add(add(field.type()));
            words.add((int) (field.offset() * Byte.SIZE + field.bit()) | (bits ? field.bits() << 24 : 0));
        }
        return record(
                name,
                kind,
                bits,
                fields.size(),
                words.stream().mapToInt(word -> word).toArray());
    }

    private int record(String name, BtfKind kind, boolean flag, int elements, int... words) {
        ByteBuffer record = ByteBuffer.allocate(2 * Integer.BYTES + words.length * Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(name(name))
                .putInt((flag ? 1 << 31 : 0) | kind.number() << 24 | elements);
        IntStream.of(words).forEach(record::putInt);
        types.writeBytes(record.array());
        return ++last;
    }

    private int name(String name) {
        if (name.isEmpty()) {
            return 0;
        }
        int at = strings.size();
        strings.writeBytes((name + "\0").getBytes(StandardCharsets.UTF_8));
        return at;
    }
}
