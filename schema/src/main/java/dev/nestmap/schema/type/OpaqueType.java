/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

/**
 * Bytes whose size is known and whose meaning is not: a key or value declared by its size alone, a type that BTF only
 * names (FWD), a pointer.
 *
 * @param size how many bytes; 0 where not even that is known
 * @param alignment alignment, 1 where it is not known
 * @param what what is known about it, for people: {@code "forward declaration of struct flow"}
 */
public record OpaqueType(long size, int alignment, String what) implements CType {
    @Override
    public String spelling() {
        return declare("").replace(" [", "[");
    }

    @Override
    public String declare(String name) {
        return "__u8 " + name + "[" + size + "]";
    }
}
