/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import java.util.List;

/**
 * A C union.
 *
 * @param name its tag
 * @param size bytes
 * @param alignment alignment of the whole
 * @param fields its members, all at offset 0
 */
public record UnionType(String name, long size, int alignment, List<Field> fields) implements NamedType {
    /** Copies the list. */
    public UnionType {
        fields = List.copyOf(fields);
    }

    @Override
    public String spelling() {
        return "union " + name;
    }
}
