/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

/**
 * Bytes of unknown type: a key or value that is declared only by its size, a forward declaration in BTF, or a floating-point number.
 *
 * @param size in bytes; 0 if it is also unknown
 * @param alignment in bytes; 1 if it is unknown
 * @param what a description for messages: {@code "forward declaration of struct flow"}
 */
public record OpaqueType(long size, int alignment, String what) implements CType {
    /** The beginning of the description of a type that BTF only names. */
    public static final String FORWARD = "forward declaration";

    /** The end of the description of a key or value without a type. */
    public static final String BY_SIZE = "declared by its size";

    @Override
    public String spelling() {
        return declare("").replace(" [", "[");
    }

    @Override
    public String declare(String name) {
        return "__u8 " + name + "[" + size + "]";
    }
}
