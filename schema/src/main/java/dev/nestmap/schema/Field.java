/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/**
 * A member of a struct or union.
 *
 * @param name its name in C
 * @param type its type
 * @param offset bytes from the start of the struct; 0 in a union
 */
public record Field(String name, CType type, long offset) {
    /** The first byte after this field. */
    public long end() {
        return offset + type.size();
    }
}
