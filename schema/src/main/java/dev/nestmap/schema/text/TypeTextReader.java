/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import dev.nestmap.schema.CountText;
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
import dev.nestmap.schema.type.TypeLimits;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads type declarations and uses of types from a schema text. */
final class TypeTextReader {
    /** The largest size of a type in bytes. Real types are far smaller. With this limit, offsets in bits fit into a {@code long}. */
    private static final long MAX_SIZE = 1L << 56;

    private final TextLines lines;
    private final DeclaredTypes declared = new DeclaredTypes();

    /** The number of types around the line that is read. */
    private int depth;

    TypeTextReader(TextLines lines) {
        this.lines = lines;
    }

    /** The types that were declared so far, in order. */
    List<NamedType> types() {
        return declared.all();
    }

    /** Reads a declaration after its keyword. */
    void declaration(LineTokens line, String keyword) {
        DeclaredTypes.Place place = declared.place(line);
        declared.add(line, place, namedType(line, keyword, place.tag(), size(line.expect(":"))));
    }

    /** Reads the tag of an enum that was declared before, after the keyword. */
    EnumType enumType(LineTokens line) {
        return (EnumType) declared.reference(line, "enum");
    }

    /** Reads the rest of a type declaration, after the size. */
    private NamedType namedType(LineTokens line, String keyword, String tag, long size) {
        line.expect(",");
        if (keyword.equals("enum")) {
            return enumType(line, tag, size);
        }
        int alignment = alignment(line);
        List<Field> fields = fields(line);
        NamedType type = keyword.equals("struct")
                ? new StructType(tag, size, alignment, fields)
                : new UnionType(tag, size, alignment, fields);
        declared.checkLimits(line, type);
        return type;
    }

    private EnumType enumType(LineTokens line, String tag, long size) {
        boolean signed = line.accept("signed");
        if (!signed) {
            line.expect("unsigned");
        }
        List<EnumType.Constant> constants = new ArrayList<>();
        while (lines.isPartOf(line)) {
            LineTokens constant = lines.next();
            String name = constant.expect("constant").name();
            constant.expect(":");
            constants.add(new EnumType.Constant(name, signed ? constant.integer() : constant.unsignedInteger()));
            constant.end();
        }
        return new EnumType(tag, size, signed, constants);
    }

    private static long size(LineTokens line) {
        return checked(line, "a size", line.expect("size").integer());
    }

    private static long checked(LineTokens line, String what, long bytes) {
        if (bytes < 0 || bytes > MAX_SIZE) {
            throw line.error(what + " of " + bytes + " is out of range");
        }
        return bytes;
    }

    private static int alignment(LineTokens line) {
        long alignment = line.expect("alignment").integer();
        if (alignment < 1 || alignment > Integer.MAX_VALUE) {
            throw line.error("an alignment of " + alignment + " is out of range");
        }
        return (int) alignment;
    }

    private List<Field> fields(LineTokens whole) {
        if (depth >= TypeLimits.MAX_DEPTH) {
            throw DeclaredTypes.tooDeep(whole);
        }
        depth++;
        List<Field> fields = new ArrayList<>();
        while (lines.isPartOf(whole)) {
            LineTokens line = lines.next();
            if (!line.accept("pad")) {
                fields.add(field(line));
            }
        }
        depth--;
        return fields;
    }

    private Field field(LineTokens line) {
        String name = line.expect("field").name();
        TypeWords type = typeWords(line.expect(":"));
        long offset =
                checked(line, "an offset", line.expect(",").expect("offset").integer());
        if (!line.expect(",").accept("bit")) {
            CType whole = wholeType(line, type);
            checked(line, "a size", whole.size());
            return new Field(name, whole, offset);
        }
        long bit = line.integer();
        long bits = line.expect(",").expect("bits").integer();
        CType carrier = type.base() == null ? untagged(line.expect(","), type) : type.base();
        long maxBits = Math.min(carrier.size() * Byte.SIZE, Integer.MAX_VALUE);
        if (bit < 0 || bit >= Byte.SIZE || bits < 1 || bits > maxBits) {
            throw line.error("a bit-field of " + CountText.of(bits, "bit") + " from bit " + bit + " does not fit "
                    + carrier.spelling());
        }
        return new Field(name, carrier, offset, (int) bit, (int) bits);
    }

    /** Completes the type of a field, key or value with the attributes from the size to the end of the line. */
    private CType wholeType(LineTokens line, TypeWords type) {
        if (type.base() != null) {
            return arrays(line, type.base(), type.counts());
        }
        if (!type.counts().isEmpty() && line.accept("size")) {
            line.integer();
            line.expect(",");
        }
        if (!type.counts().isEmpty()) {
            line.expect("each");
        }
        return arrays(line, untagged(line, type), type.counts());
    }

    private NamedType untagged(LineTokens line, TypeWords type) {
        return namedType(line, type.keyword(), "", size(line));
    }

    /** Reads the type of a key or value. */
    CType part(LineTokens line) {
        TypeWords type = typeWords(line);
        return wholeType(type.base() == null ? line.expect(",") : line, type);
    }

    /**
     * The words of a type, before its size.
     *
     * @param base the type, or the element type of an array; null for a type without a tag
     * @param keyword {@code struct}, {@code union} or {@code enum} for a type without a tag
     * @param counts the dimensions of an array, the outermost first
     */
    private record TypeWords(@Nullable CType base, String keyword, List<Long> counts) {}

    private TypeWords typeWords(LineTokens line) {
        String keyword = line.word();
        boolean untagged = List.of("struct", "union", "enum").contains(keyword) && (line.isAt(",") || line.isAt("["));
        CType base = untagged ? null : base(line, keyword);
        List<Long> counts = new ArrayList<>();
        while (line.accept("[")) {
            counts.add(line.integer());
            line.expect("]");
            if (counts.size() > TypeLimits.MAX_DEPTH) {
                throw DeclaredTypes.tooDeep(line);
            }
        }
        return new TypeWords(base, keyword, counts);
    }

    /** Reads a type whose first word was read. */
    private CType base(LineTokens line, String word) {
        return switch (word) {
            case "opaque" -> opaque(line);
            case "pointer" -> pointer(line, PointerType.Kind.PLAIN);
            case "kptr" -> pointer(line, PointerType.Kind.KPTR);
            case "kptr_untrusted" -> pointer(line, PointerType.Kind.UNTRUSTED);
            case "kernel" -> kernelType(line);
            case "enum", "struct", "union" -> declared.reference(line, word);
            case "unsigned" -> scalar(line, word + " " + line.word());
            default -> scalar(line, word);
        };
    }

    private static Scalar scalar(LineTokens line, String spelling) {
        return Scalar.spelled(spelling).orElseThrow(() -> line.error("unknown type \"" + spelling + "\""));
    }

    private static PointerType pointer(LineTokens line, PointerType.Kind kind) {
        String target = line.expect("(").name();
        line.expect(")");
        return new PointerType(target, kind);
    }

    private static CType kernelType(LineTokens line) {
        String tag = line.name();
        return ManagedFieldType.ofTag(tag).orElseThrow(() -> line.error("unknown type of the kernel \"" + tag + "\""));
    }

    private static OpaqueType opaque(LineTokens line) {
        long size = size(line.expect("("));
        int alignment = alignment(line.expect(","));
        String what = line.expect(",").name();
        line.expect(")");
        return new OpaqueType(size, alignment, what);
    }

    private static CType arrays(LineTokens line, CType element, List<Long> counts) {
        CType type = element;
        for (int i = counts.size() - 1; i >= 0; i--) {
            type = array(line, type, counts.get(i));
        }
        return type;
    }

    private static CType array(LineTokens line, CType element, long count) {
        try {
            return new ArrayType(element, count);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw line.error("an array of " + count + " elements of " + element.size() + " bytes is out of range");
        }
    }
}
