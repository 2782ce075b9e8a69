/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.util.HashMap;
import java.util.Map;

/**
 * The names in a string section, by their offsets. Each name is read once. Names can overlap in a file, so all of them together could be much
 * larger than the file: the section's size bounds their total length.
 */
public final class NameTable {
    /** Compilers store a name once, or at the end of a longer name, so all names together are at most about twice as long as the section. */
    private static final long MAX_OVERLAP = 16;

    /** Longest name of a type or symbol. The kernel accepts BTF names below 512 bytes. */
    static final int MAX_NAME = 1024;

    /**
     * Longest name of a section. ELF has no limit. Sections of uprobes contain the names of C++ functions, and real ones have thousands of
     * bytes.
     */
    static final int MAX_SECTION_NAME = 1 << 16;

    /** More than the kernel accepts in a name of BTF. */
    private static final int LONG_NAME = 600;

    private static final int SHOWN = 100;

    private final FileBytes section;
    private final int longest;
    private final Map<Long, String> names = new HashMap<>();
    private long unread;

    /** @param longest the maximum length of a name in bytes */
    NameTable(FileBytes section, int longest) {
        this.section = section;
        this.longest = longest;
        this.unread = section.length() * MAX_OVERLAP;
    }

    /** A name for messages: a very long one without its middle. */
    public static String shown(String name) {
        return name.length() <= LONG_NAME
                ? name
                : name.substring(0, SHOWN) + "..." + name.substring(name.length() - SHOWN) + " (" + name.length()
                        + " characters)";
    }

    /** The name at this offset. */
    String name(long offset) {
        String known = names.get(offset);
        if (known != null) {
            return known;
        }
        String name = section.name(offset, longest);
        unread -= name.length();
        if (unread < 0) {
            throw section.malformed(
                    "the names overlap, and are together more than " + MAX_OVERLAP + " times as long as their section");
        }
        names.put(offset, name);
        return name;
    }
}
