/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import dev.nestmap.btf.Btf;
import dev.nestmap.btf.BtfKind;
import dev.nestmap.btf.BtfType;
import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.schema.CNameConverter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds names and numbers that compilers other than clang write into BTF and the kernel rejects ({@code btf_name_valid_identifier} and {@code
 * btf_int_check_meta} in kernel/bpf/btf.c, Linux 6.18).
 */
record BtfNameCheck(Btf btf) {
    /** {@code __btf_name_valid}. A name has at most {@code KSYM_NAME_LEN} characters, without the zero at its end. */
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_.][A-Za-z0-9_.]{0,511}");

    /** The length of a name in a message. */
    private static final int SHOWN = 60;

    private static final BtfKind[] NAMED = {
        BtfKind.STRUCT,
        BtfKind.UNION,
        BtfKind.ENUM,
        BtfKind.ENUM64,
        BtfKind.FWD,
        BtfKind.TYPEDEF,
        BtfKind.FUNC,
        BtfKind.VAR
    };

    /** The first type with such a name, and the first such number. {@link BtfCheck} knows the severity. */
    List<Finding> findings() {
        return Stream.of(name(), encoding()).flatMap(Optional::stream).toList();
    }

    private Optional<Finding> name() {
        List<BtfType> wrong =
                btf.types(NAMED).filter(type -> isWrong(type.name())).toList();
        if (!wrong.isEmpty()) {
            BtfType first = wrong.get(0);
            return Optional.of(finding(title(first), first.name(), wrong.size()));
        }
        return btf.types(BtfKind.STRUCT, BtfKind.UNION)
                .flatMap(type -> type.members().stream()
                        .filter(member -> isWrong(member.name()))
                        .map(member ->
                                finding("field " + shown(member.name()) + " of " + title(type), member.name(), 1)))
                .findFirst();
    }

    private static Finding finding(String where, String name, int count) {
        return new Finding(
                "btf-name",
                Severity.ERROR,
                where,
                (name.length() <= CNameConverter.MAX_LENGTH ? "its name is no identifier of C" : "its name is too long")
                        + (count == 1 ? "" : ", as those of " + (count - 1) + " other types")
                        + " (\"Invalid name\")",
                "compilers of C++, Rust and Zig write such names for types with parameters: use a type without parameters in maps, or"
                        + " a linker that writes the names as identifiers");
    }

    /** The kernel accepts at most one of signed, char and bool. */
    private Optional<Finding> encoding() {
        return btf.types(BtfKind.INT)
                .filter(type -> Integer.bitCount(type.intEncoding()) > 1)
                .map(type -> new Finding(
                        "btf-encoding",
                        Severity.ERROR,
                        "type " + shown(type.name()),
                        "it is encoded as more than one of signed, char and bool (\"Unsupported encoding\")",
                        "compile the object with clang, or with GCC 13 or newer"))
                .findFirst();
    }

    private static String title(BtfType type) {
        String name = shown(type.name());
        return switch (type.kind()) {
            case STRUCT, UNION, ENUM, ENUM64 -> type.kind().spelling(name);
            case FUNC -> "function " + name;
            case VAR -> "variable " + name;
            default -> "type " + name;
        };
    }

    private static String shown(String name) {
        return name.length() <= SHOWN ? name : name.substring(0, SHOWN) + "...";
    }

    private static boolean isWrong(String name) {
        return !name.isEmpty() && !IDENTIFIER.matcher(name).matches();
    }
}
