/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.name;

import dev.nestmap.header.ReservedNames;
import dev.nestmap.schema.CName;
import java.util.Set;

/** Converts Java names to C names, and knows which names are reserved in C. */
public final class CNames {
    /** Macros of the headers that generated headers include. No declaration can have such a name. */
    private static final Set<String> MACROS = Set.of(
            "NULL",
            "SEC",
            "barrier",
            "barrier_var",
            "container_of",
            "offsetof",
            "s6_addr",
            "s6_addr16",
            "s6_addr32",
            "ipv6mr_acaddr");

    private CNames() {}

    /** {@code FlowKey} and {@code sourcePort} become {@code flow_key} and {@code source_port}. */
    public static String snakeCase(String javaName) {
        return CName.snakeCase(javaName);
    }

    /** {@code NEW} stays, {@code TimeWait} becomes {@code TIME_WAIT}. */
    public static String upperCase(String javaName) {
        return CName.upperCase(javaName);
    }

    static boolean isIdentifier(String name) {
        return CName.isIdentifier(name);
    }

    /** Whether C, the compiler or an included header reserves the name. */
    static boolean isReserved(String name) {
        return ReservedNames.isReserved(name) || MACROS.contains(name);
    }
}
