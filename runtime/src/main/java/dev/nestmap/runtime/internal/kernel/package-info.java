/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Maps, pins and objects in the kernel, through libbpf and JNR-FFI.
 *
 * <ul>
 *   <li>Native functions have their C names, take only numbers and strings, and are called only in this package.
 *   <li>Every pointer that libbpf returns is checked before it is used: libbpf does not check its arguments, and a NULL
 *       argument crashes the Java VM.
 *   <li>Every file descriptor has one owner. libbpf owns those of an object's maps and programs; a {@code KernelMap} owns its own.
 *   <li>Operations on single entries of a map allocate nothing.
 * </ul>
 */
@NullMarked
package dev.nestmap.runtime.internal.kernel;

import org.jspecify.annotations.NullMarked;
