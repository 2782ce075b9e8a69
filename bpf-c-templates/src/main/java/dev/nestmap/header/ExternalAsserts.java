/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.CountText;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.List;

/**
 * Asserts for a type that another header defines: its size, the size, offset and signedness of every member, and the values of
 * enumerators. For a bit-field they check the number of bits and the signedness, because C can't express its offset.
 *
 * <p>They don't check the alignment, because {@code vmlinux.h} omits {@code packed} if it makes no difference to the type itself. A wrong
 * alignment changes the offsets in containing types, which are asserted.
 */
final class ExternalAsserts {
    /** What {@code __builtin_classify_type} returns for pointers ({@code pointer_type_class} in gcc/typeclass.h). */
    private static final int POINTER_CLASS = 5;

    private final NamedType type;
    private final String mismatch;
    private final List<String> asserts = new ArrayList<>();
    private final List<String> bitFieldAsserts = new ArrayList<>();

    /**
     * The asserts for one type.
     *
     * @param header the header that defines the type
     * @param origin the top-level Java type that declares it; may be empty
     */
    ExternalAsserts(NamedType type, String header, String origin) {
        String declaredBy = origin.isEmpty() ? "the schema" : origin;
        this.type = type;
        this.mismatch = type.spelling() + " of " + header + " differs from " + declaredBy + ", where ";
        size("/* " + declaredBy + " has @External(header = \"" + header + "\"); @Name sets another tag */");
        if (type instanceof EnumType enumType) {
            enumType.constants()
                    .forEach(constant -> add(
                            asserts,
                            constant.name() + " == " + StructMemberPrinter.number(constant.value()),
                            constant.name() + " is " + constant.value()));
        }
        members(StructMemberPrinter.of(type), "", 0);
    }

    /** The asserts that every supported compiler can evaluate. */
    List<String> asserts() {
        return List.copyOf(asserts);
    }

    /** The asserts for bit-fields. They need clang 16 or newer, for which a member of a compound literal is a constant expression. */
    List<String> ofBitFields() {
        return List.copyOf(bitFieldAsserts);
    }

    /**
     * Adds the assert of the size, with a comment on its line. If the type does not exist, compilers show this line and not the message, so
     * the comment names the record.
     */
    private void size(String comment) {
        asserts.add("_Static_assert(sizeof(" + type.spelling() + ") == " + type.size() + ", " + comment
                + "\n\t       \"" + mismatch + "its size is " + type.size() + "\");");
    }

    private void members(List<StructMemberPrinter> members, String path, long base) {
        for (StructMemberPrinter member : members) {
            if (member.isPad()) {
                continue;
            }
            Field field = member.field();
            String name = path + field.name();
            long offset = base + field.offset();
            if (field.isBitField()) {
                bits(name, field);
            } else if (!field.name().isEmpty()) {
                add(
                        asserts,
                        "__builtin_offsetof(" + type.spelling() + ", " + name + ") == " + offset,
                        "the offset of " + name + " is " + offset);
                value(name, field.type());
            }
            members(member.parts(), LayoutAsserts.inside(path, field), offset);
        }
    }

    private void value(String path, CType part) {
        add(asserts, "sizeof(" + at(path) + ") == " + part.size(), "the size of " + path + " is " + part.size());
        if (part instanceof ArrayType array) {
            value(path + "[0]", array.element());
        } else if (part == Scalar.BOOL) {
            add(asserts, "(" + typeOf(path) + ")2 == 1", path + " is bool");
        } else if (part != Scalar.CHAR && part.carrier().isPresent()) {
            boolean signed = part.carrier().get().signed();
            String isAsDeclared = "(" + typeOf(path) + ")-1 " + (signed ? "<" : ">") + " 0";
            add(
                    asserts,
                    part == Scalar.U64 ? unlessPointer(path, isAsDeclared) : isAsDeclared,
                    path + " is " + (signed ? "signed" : "unsigned"));
        } else if (isTagged(part)) {
            add(
                    asserts,
                    "__builtin_types_compatible_p(" + typeOf(path) + ", " + part.spelling() + ")",
                    path + " is " + part.spelling());
        }
    }

    /** A pointer is an unsigned number of 8 bytes for Java, but C has no constant expression with -1 as a pointer. */
    private String unlessPointer(String path, String condition) {
        return "__builtin_choose_expr(__builtin_classify_type((" + typeOf(path) + ")0) == " + POINTER_CLASS + ", 1, "
                + condition + ")";
    }

    private static boolean isTagged(CType part) {
        boolean tagged = (part instanceof StructType || part instanceof UnionType)
                && !((NamedType) part).name().isEmpty();
        return tagged || part instanceof ManagedFieldType;
    }

    private void bits(String path, Field field) {
        boolean signed = field.type().carrier().orElseThrow().signed();
        // With the expected width, the sign bit alone reads back as the smallest number, and all bits as the largest.
        long put = signed ? 1L << (field.bits() - 1) : -1L >>> (Long.SIZE - field.bits());
        String got = signed ? StructMemberPrinter.number(-put) : Long.toUnsignedString(put) + "ULL";
        String form = field.type() == Scalar.BOOL
                ? "a bool bit-field"
                : (signed ? "a signed" : "an unsigned") + " bit-field of " + CountText.of(field.bits(), "bit");
        add(
                bitFieldAsserts,
                "((" + type.spelling() + "){ ." + path + " = " + (signed ? Long.toUnsignedString(put) + "ULL" : "-1")
                        + " })." + path + " == " + got,
                path + " is " + form);
    }

    private String at(String path) {
        return "((" + type.spelling() + " *)0)->" + path;
    }

    private String typeOf(String path) {
        return "__typeof__(" + at(path) + ")";
    }

    private void add(List<String> to, String condition, String what) {
        to.add(LineBreaker.list("_Static_assert(", List.of(condition, '"' + mismatch + what + '"'), ");"));
    }
}
