/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** How Java names become C names, and which names C can't have. */
final class CNames {
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern WORD_START = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

    /** C11's and C23's keywords, GNU's of -std=gnu11, and the macros that the included headers make keywords of. */
    private static final Set<String> KEYWORDS = Set.of(
            "alignas",
            "alignof",
            "asm",
            "auto",
            "bool",
            "break",
            "case",
            "char",
            "const",
            "constexpr",
            "continue",
            "default",
            "do",
            "double",
            "else",
            "enum",
            "extern",
            "false",
            "float",
            "for",
            "goto",
            "if",
            "inline",
            "int",
            "long",
            "nullptr",
            "register",
            "restrict",
            "return",
            "short",
            "signed",
            "sizeof",
            "static",
            "static_assert",
            "struct",
            "switch",
            "thread_local",
            "true",
            "typedef",
            "typeof",
            "typeof_unqual",
            "union",
            "unsigned",
            "void",
            "volatile",
            "while",
            "linux",
            "unix",
            "i386",
            "bpf",
            "NULL",
            "SEC");

    private CNames() {}

    /** {@code FlowKey} and {@code sourcePort} become {@code flow_key} and {@code source_port}. */
    static String snakeCase(String javaName) {
        return WORD_START.matcher(javaName).replaceAll("_").toLowerCase(Locale.ROOT);
    }

    /** {@code NEW} stays, {@code TimeWait} becomes {@code TIME_WAIT}. */
    static String upperCase(String javaName) {
        return WORD_START.matcher(javaName).replaceAll("_").toUpperCase(Locale.ROOT);
    }

    static boolean isIdentifier(String name) {
        return IDENTIFIER.matcher(name).matches();
    }

    /** Whether C, or the compiler, keeps the name for itself. */
    static boolean isReserved(String name) {
        return KEYWORDS.contains(name) || name.startsWith("__") || name.matches("_[A-Z].*");
    }
}
