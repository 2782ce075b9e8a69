/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

/**
 * A global variable in memory that programs and user space share.
 *
 * @param name name in C
 * @param section the memory of its section
 * @param offset its offset in the section, in bytes
 */
public record SharedVariable(String name, MapMemory section, int offset) {}
