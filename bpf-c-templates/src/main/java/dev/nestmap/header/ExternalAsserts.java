/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.Amount;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.KernelType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.List;

/**
 * What the compiler is to check of a type that another header defines: the size of the whole and of every member, offsets, signs
 * and enumerators. Alignment is none of it: it shows in what holds the type, and {@code vmlinux.h} leaves out {@code packed} where
 * that makes no difference to the type itself. Of a bit-field it is how many bits it has and whether it is signed; where it begins, C has no word for.
 */
final class ExternalAsserts {
    private final NamedType type;
    private final String blame;
    private final List<String> asserts = new ArrayList<>();
    private final List<String> ofBits = new ArrayList<>();

    /**
     * The asserts of one type.
     *
     * @param header the header that defines it
     * @param origin the Java type that declares it
     */
    ExternalAsserts(NamedType type, String header, String origin) {
        String who = origin.isEmpty() ? "the schema" : origin;
        this.type = type;
        this.blame = type.spelling() + " of " + header + " is not what " + who + " declares: ";
        size("/* " + who + ": @External(header = \"" + header + "\"); for another tag @Name */");
        if (type instanceof EnumType enumType) {
            enumType.constants()
                    .forEach(constant -> add(
                            asserts,
                            constant.name() + " == " + HeaderMember.number(constant.value()),
                            "value of " + constant.name()));
        }
        members(HeaderMember.of(type), "", 0);
    }

    /** Statements for every compiler. */
    List<String> asserts() {
        return List.copyOf(asserts);
    }

    /** Statements about bit-fields, which take a compiler that knows the value of a compound literal. */
    List<String> ofBits() {
        return List.copyOf(ofBits);
    }

    /** Compilers show the line and not the text where there is no such type, so the line says what it stands for. */
    private void size(String remark) {
        asserts.add("_Static_assert(sizeof(" + type.spelling() + ") == " + type.size() + ", " + remark + "\n\t       \""
                + blame + "its size\");");
    }

    private void members(List<HeaderMember> members, String path, long base) {
        for (HeaderMember member : members) {
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
                        "offset of " + name);
                value(name, field.type());
            }
            members(member.parts(), Asserts.inside(path, field), offset);
        }
    }

    private void value(String path, CType part) {
        add(asserts, "sizeof(" + at(path) + ") == " + part.size(), "size of " + path);
        if (part instanceof ArrayType array) {
            value(path + "[0]", array.element());
        } else if (part == Scalar.BOOL) {
            add(asserts, "(" + typeOf(path) + ")2 == 1", path + " is bool");
        } else if (part != Scalar.CHAR && (part instanceof Scalar || part instanceof EnumType)) {
            boolean signed = isSigned(part);
            add(
                    asserts,
                    "(" + typeOf(path) + ")-1 " + (signed ? "<" : ">") + " 0",
                    path + " is " + (signed ? "signed" : "unsigned"));
        } else if (isTagged(part)) {
            add(
                    asserts,
                    "__builtin_types_compatible_p(" + typeOf(path) + ", " + part.spelling() + ")",
                    path + " is " + part.spelling());
        }
    }

    private static boolean isTagged(CType part) {
        boolean tagged = (part instanceof StructType || part instanceof UnionType)
                && !((NamedType) part).name().isEmpty();
        return tagged || part instanceof KernelType;
    }

    private void bits(String path, Field field) {
        boolean signed = isSigned(field.type());
        // The sign bit alone comes back as the least number, if it is where it should be; all bits as the largest.
        long put = signed ? 1L << (field.bits() - 1) : -1L >>> (Long.SIZE - field.bits());
        String got = signed ? HeaderMember.number(-put) : Long.toUnsignedString(put) + "ULL";
        String form = field.type() == Scalar.BOOL
                ? "bool"
                : (signed ? "signed" : "unsigned") + ", of " + Amount.of(field.bits(), "bit");
        add(
                ofBits,
                "((" + type.spelling() + "){ ." + path + " = " + (signed ? Long.toUnsignedString(put) + "ULL" : "-1")
                        + " })." + path + " == " + got,
                path + " is a bit-field, " + form);
    }

    private static boolean isSigned(CType part) {
        return part instanceof Scalar scalar ? scalar.signed() : part instanceof EnumType enumType && enumType.signed();
    }

    private String at(String path) {
        return "((" + type.spelling() + " *)0)->" + path;
    }

    private String typeOf(String path) {
        return "__typeof__(" + at(path) + ")";
    }

    private void add(List<String> to, String condition, String what) {
        to.add(Columns.list("_Static_assert(", List.of(condition, '"' + blame + what + '"'), ");"));
    }
}
