/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.CountText;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.TypeLimits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Converts BTF types to C types. Each type is converted once. Floating-point numbers and forward declarations become an {@link OpaqueType},
 * because the model has no other type for them.
 */
final class BtfTypeReader {
    /** Typedefs count too. */
    private static final int MAX_DEPTH = TypeLimits.MAX_DEPTH;

    /** Real objects have a tenth of it. */
    private static final long MAX_MEMBERS_IN_ALL = 1 << 19;

    /** BTF stores the size of a type in 32 bits. */
    private static final long MAX_SIZE = 0xffff_ffffL;

    /** The size does not limit an array of empty structs, whose elements are listed one by one. */
    private static final long MOST_EMPTY_ELEMENTS = 1024;

    /** Maximum number of different definitions of one tag. Without a limit, comparing them could take very long. */
    private static final int MAX_PER_TAG = 4;

    /** The meaning of a name that several types have. A tag precedes a typedef, which often has the same name. */
    private static final List<BtfKind> BY_NAME =
            List.of(BtfKind.STRUCT, BtfKind.UNION, BtfKind.ENUM, BtfKind.ENUM64, BtfKind.TYPEDEF, BtfKind.INT);

    /**
     * A type that was read.
     *
     * @param weight the number of its members, including members of nested types
     * @param levels the nesting depth of its types; 0 if it contains no other types
     */
    private record Read(CType type, long weight, int levels) {
        static Read leaf(CType type) {
            return new Read(type, 1, 0);
        }
    }

    private final Btf btf;
    private final EnumSignReader enumSigns;
    private long unused = MAX_MEMBERS_IN_ALL;
    private final Map<Integer, Read> done = new HashMap<>();
    private final Set<Integer> open = new HashSet<>();
    private final List<NamedType> named = new ArrayList<>();
    private final Map<String, List<NamedType>> namedByTag = new HashMap<>();

    BtfTypeReader(Btf btf, EnumSignReader enumSigns) {
        this.btf = btf;
        this.enumSigns = enumSigns;
    }

    /** The type with this number. */
    CType read(int id) {
        Read read = read(id, 0);
        use(read);
        return read.type();
    }

    /** Counts a use of a type. All code that walks over the types of maps then takes a limited time, also if maps share a large type. */
    private void use(Read read) {
        unused -= read.weight();
        if (unused < 0) {
            throw btf.malformed("its types have more than " + MAX_MEMBERS_IN_ALL
                    + " members, including those of nested types, each time a map uses them");
        }
    }

    /**
     * The structs, unions and enums with a tag that were read so far, each one after the types that it contains. BTF can define a tag
     * several times: in different scopes, or after linking several objects. Equal definitions are kept once, different ones all.
     */
    List<NamedType> namedTypes() {
        return List.copyOf(named);
    }

    /** The type with this tag, typedef or name of a number, whether or not a map uses it. */
    Optional<CType> named(String name) {
        return BY_NAME.stream()
                .flatMap(kind ->
                        btf.types(kind).filter(type -> type.name().equals(name)).limit(1))
                .findFirst()
                .map(type -> read(type.id()));
    }

    /** Keeps a type if it has a tag and is new. */
    private <T extends NamedType> T keep(T type) {
        if (!type.name().isEmpty()) {
            List<NamedType> sameTag = namedByTag.computeIfAbsent(type.name(), tag -> new ArrayList<>());
            if (sameTag.size() < MAX_PER_TAG && !sameTag.contains(type)) {
                sameTag.add(type);
                named.add(type);
            }
        }
        return type;
    }

    private Read read(int id, int depth) {
        Read known = done.get(id);
        if (known != null) {
            return known;
        }
        if (depth > MAX_DEPTH) {
            throw tooDeep(id);
        }
        if (!open.add(id)) {
            throw btf.malformed("type " + id + " contains itself");
        }
        try {
            Read read = uncached(id, depth);
            use(read);
            done.put(id, read);
            return read;
        } finally {
            open.remove(id); // also if the type can't be read: another map may contain it too
        }
    }

    private Read uncached(int id, int depth) {
        List<BtfType> chain = btf.chain(id);
        BtfType type = chain.get(chain.size() - 1);
        Read read = chain.size() == 1 ? translate(type, depth) : inByteOrder(chain, read(type.id(), depth + 1));
        // Types that were read before are not read again, so the depth alone is no limit.
        if (read.levels() > MAX_DEPTH) {
            throw tooDeep(id);
        }
        if (read.weight() > TypeLimits.MAX_MEMBERS) {
            throw btf.malformed("type " + id + " has more than " + TypeLimits.MAX_MEMBERS
                    + " members, including those of nested types");
        }
        return read;
    }

    private MalformedObjectException tooDeep(int id) {
        return btf.malformed("type " + id + " is nested more than " + MAX_DEPTH + " types deep");
    }

    private Read translate(BtfType type, int depth) {
        return switch (type.kind()) {
            case INT -> Read.leaf(integer(type));
            case FLOAT -> Read.leaf(opaque(type, "floating-point number of " + type.size() + " bytes"));
            case PTR -> Read.leaf(pointer(type));
            case FWD -> Read.leaf(new OpaqueType(0, 1, OpaqueType.FORWARD + " of " + type.spelling()));
            case ENUM, ENUM64 -> Read.leaf(keep(enumeration(type)));
            case ARRAY -> array(type, depth);
            case STRUCT, UNION -> kernelType(type).map(Read::leaf).orElseGet(() -> aggregate(type, depth));
            default ->
                throw type.record()
                        .malformed("it is used as the type of a value, but no value can be a " + type.spelling());
        };
    }

    /** The pointer with its kptr tag. The kernel reads a type tag only if the pointer refers to it directly. */
    private PointerType pointer(BtfType type) {
        BtfType next = btf.type(type.target());
        String tag = next.kind() == BtfKind.TYPE_TAG ? next.name() : "";
        PointerType.Kind kind = PointerType.Kind.ofTag(tag).orElse(PointerType.Kind.PLAIN);
        String target = btf.resolve(type.target()).spelling();
        return new PointerType(kind == PointerType.Kind.PLAIN && !tag.isEmpty() ? target + " __" + tag : target, kind);
    }

    private static CType integer(BtfType type) {
        if (type.intIsBool() && type.size() == Scalar.BOOL.size()) {
            return Scalar.BOOL;
        }
        if (type.size() == Scalar.CHAR.size() && type.name().equals(Scalar.CHAR.spelling())) {
            return Scalar.CHAR;
        }
        return Scalar.number(type.size(), type.intIsSigned())
                .map(CType.class::cast)
                .orElseGet(() -> opaque(type, "integer of " + CountText.of(type.size(), "byte")));
    }

    private static OpaqueType opaque(BtfType type, String what) {
        long size = type.size();
        if (size < 1 || size > 16) {
            throw type.record().malformed(8, "a number of " + size + " bytes; numbers have 1 to 16 bytes");
        }
        return new OpaqueType(size, (int) Long.lowestOneBit(size), what);
    }

    /** In BTF, only the name of the typedef distinguishes {@code __be32} from {@code __u32}. */
    private static Read inByteOrder(List<BtfType> chain, Read read) {
        if (!(read.type() instanceof Scalar scalar) || scalar.signed() || !scalar.isNumber()) {
            return read;
        }
        return Arrays.stream(Scalar.values())
                .filter(other -> other.bigEndian() && other.size() == scalar.size())
                .filter(other -> chain.stream().anyMatch(step -> isTypedef(step, other.spelling())))
                .map(Read::leaf)
                .findFirst()
                .orElse(read);
    }

    private static boolean isTypedef(BtfType type, String name) {
        return type.kind() == BtfKind.TYPEDEF && type.name().equals(name);
    }

    private EnumType enumeration(BtfType type) {
        long size = type.size();
        if (size < 1 || size > 8 || Long.bitCount(size) != 1) {
            throw type.record().malformed(8, "an enum of " + size + " bytes; enums have 1, 2, 4 or 8 bytes");
        }
        if (type.kind() == BtfKind.ENUM && size > Integer.BYTES) {
            return new EnumType(
                    type.name(), size, false, List.of()); // clang before version 15, which has cut the values off
        }
        boolean signed = enumSigns.isSigned(type);
        boolean extend = signed && type.kind() == BtfKind.ENUM;
        List<EnumType.Constant> constants = type.enumerators().stream()
                .map(e -> new EnumType.Constant(e.name(), extend ? (int) e.value() : e.value()))
                .toList();
        return new EnumType(type.name(), size, signed, constants);
    }

    private Read array(BtfType type, int depth) {
        Read element = read(type.elementType(), depth + 1);
        long size = element.type().size();
        long count = type.elementCount();
        if (size != 0 && count > MAX_SIZE / size) {
            throw type.record()
                    .malformed("an array of " + count + " elements of " + size + " bytes; types have less than 4 GiB");
        }
        if (size == 0 && count > MOST_EMPTY_ELEMENTS) {
            throw type.record().malformed("an array of " + count + " elements without bytes");
        }
        return new Read(new ArrayType(element.type(), count), element.weight() + 1, element.levels() + 1);
    }

    private Read aggregate(BtfType type, int depth) {
        BtfFieldCollector layout = new BtfFieldCollector(type);
        long weight = 1;
        int levels = 0;
        for (BtfType.Member member : type.members()) {
            Read read = read(member.type(), depth + 1);
            weight += read.weight();
            levels = Math.max(levels, read.levels() + 1);
            layout.add(member, btf.resolve(member.type()), read.type());
        }
        return new Read(keep(type.kind() == BtfKind.STRUCT ? layout.struct() : layout.union()), weight, levels);
    }

    private static Optional<CType> kernelType(BtfType type) {
        return ManagedFieldType.ofTag(type.name())
                .filter(known -> type.kind() == BtfKind.STRUCT && known.size() == type.size())
                .map(CType.class::cast);
    }
}
