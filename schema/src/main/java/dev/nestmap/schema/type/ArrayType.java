/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

/**
 * {@code count} elements, one after the other.
 *
 * @param element type of each
 * @param count how many there are
 */
public record ArrayType(CType element, long count) implements CType {
    /** Refuses a negative count, and a size that no {@code long} holds. */
    public ArrayType {
        if (count < 0) {
            throw new IllegalArgumentException("an array of " + count + " elements");
        }
        Math.multiplyExact(element.size(), count);
    }

    @Override
    public long size() {
        return element.size() * count;
    }

    @Override
    public int alignment() {
        return element.alignment();
    }

    @Override
    public String spelling() {
        return declare("").replace(" [", "[");
    }

    @Override
    public String declare(String name) {
        return element.declare(name + "[" + count + "]");
    }
}
