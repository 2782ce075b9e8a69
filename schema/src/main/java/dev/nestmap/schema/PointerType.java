/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/**
 * A pointer. In a map's value it is one into the kernel's memory that a program keeps there (a kptr), or a plain number.
 *
 * @param target what it points to, as C spells it: {@code struct task_struct}, {@code void}
 */
public record PointerType(String target) implements CType {
    @Override
    public long size() {
        return Long.BYTES;
    }

    @Override
    public int alignment() {
        return Long.BYTES;
    }

    @Override
    public String spelling() {
        return target + " *";
    }

    @Override
    public String declare(String name) {
        return target + " *" + name;
    }
}
