/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The kernel behind the seam: libbpf through JNR-FFI.
 *
 * <ul>
 *   <li>Native functions are named as in C, take numbers and strings only, and are called from this package alone.
 *   <li>Every pointer out of libbpf is checked before it goes anywhere: libbpf does not check its arguments, and a NULL
 *       handed back to it ends the virtual machine.
 *   <li>Every file descriptor has one owner: those of an object's maps and programs libbpf, all others the
 *       {@code KernelMap} around them.
 *   <li>Calls of a map allocate nothing.
 * </ul>
 */
@NullMarked
package dev.nestmap.runtime.internal.kernel;

import org.jspecify.annotations.NullMarked;
