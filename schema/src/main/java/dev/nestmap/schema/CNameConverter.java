/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import java.util.Locale;
import java.util.regex.Pattern;

/** Converts names between Java and C. */
public final class CNameConverter {
    private static final Pattern WORD_START = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");
    /** An underscore between words. Those at the start and the end stay. */
    private static final Pattern UNDERSCORES = Pattern.compile("(?<=[A-Za-z0-9])_+([A-Za-z0-9])");

    /** The longest name that {@code __btf_name_valid} in {@code kernel/bpf/btf.c} accepts: {@code KSYM_NAME_LEN} since Linux 6.1. */
    public static final int MAX_LENGTH = 512;

    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private CNameConverter() {}

    /** {@code FlowKey} and {@code sourcePort} become {@code flow_key} and {@code source_port}. */
    public static String snakeCase(String javaName) {
        return WORD_START.matcher(javaName).replaceAll("_").toLowerCase(Locale.ROOT);
    }

    /** {@code NEW} stays, {@code TimeWait} becomes {@code TIME_WAIT}. */
    public static String upperCase(String javaName) {
        return WORD_START.matcher(javaName).replaceAll("_").toUpperCase(Locale.ROOT);
    }

    /** A name in C as Java writes it: {@code flowTable} for {@code flow_table}. */
    public static String member(String cName) {
        return UNDERSCORES.matcher(cName).replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
    }

    /** Whether C accepts it as a name. A keyword is accepted here too. */
    public static boolean isIdentifier(String name) {
        return IDENTIFIER.matcher(name).matches();
    }
}
