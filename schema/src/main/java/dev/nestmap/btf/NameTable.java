/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.util.HashMap;
import java.util.Map;

/**
 * The names in a string section, by their offsets. Each name is read once. Names can overlap in a file, so all of them together could be much
 * larger than the file: the section's size bounds their total length.
 */
final class NameTable {
    /** Compilers store a name once, or at the end of a longer name, so all names together are at most about twice as long as the section. */
    private static final long MAX_OVERLAP = 16;

    private final FileBytes section;
    private final Map<Long, String> names = new HashMap<>();
    private long unread;

    NameTable(FileBytes section) {
        this.section = section;
        this.unread = section.length() * MAX_OVERLAP;
    }

    /** The name at this offset. */
    String name(long offset) {
        String known = names.get(offset);
        if (known != null) {
            return known;
        }
        String name = section.name(offset);
        unread -= name.length();
        if (unread < 0) {
            throw section.malformed(
                    "the names overlap, and are together more than " + MAX_OVERLAP + " times as long as their section");
        }
        names.put(offset, name);
        return name;
    }
}
