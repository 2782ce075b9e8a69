/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/**
 * The place of a global variable of an object.
 *
 * @param name name in C
 * @param section its ELF section, from which libbpf makes a map: {@code .rodata}, {@code .data.stats}
 * @param offset offset in the section, in bytes
 */
public record VariablePlace(String name, String section, long offset) {}
