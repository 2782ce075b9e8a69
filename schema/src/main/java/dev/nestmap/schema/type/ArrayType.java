/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * An array of {@code count} elements.
 *
 * @param element type of the elements
 * @param count number of elements
 */
public record ArrayType(CType element, long count) implements CType {
    /** Rejects a negative count, and a size that exceeds a {@code long}. */
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
    public List<CType> parts() {
        return List.of(element);
    }

    @Override
    public long lastOffset() {
        return count == 0 ? 0 : (count - 1) * element.size() + element.lastOffset();
    }

    @Override
    public ArrayType withParts(UnaryOperator<CType> change) {
        return new ArrayType(change.apply(element), count);
    }

    @Override
    public CType innermost() {
        return element.innermost();
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
