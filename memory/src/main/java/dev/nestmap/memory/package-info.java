/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Maps in memory, for tests and for programs without a kernel. {@code inMemory()} of a generated class finds them if this module is on the
 * class path or the module path. {@link dev.nestmap.memory.MemoryFaults} makes their calls fail, and {@link
 * dev.nestmap.memory.MemoryProgram} defines a program in Java.
 */
@NullMarked
package dev.nestmap.memory;

import org.jspecify.annotations.NullMarked;
