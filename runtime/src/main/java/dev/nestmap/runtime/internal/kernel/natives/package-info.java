/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The native functions that Nestmap calls, with the structs of their parameters and results.
 *
 * <ul>
 *   <li>Native functions have their C names. Only packages of {@code internal.kernel} call them.
 *   <li>Every pointer that libbpf returns is checked before it is used: libbpf does not check its arguments, and a NULL
 *       argument crashes the Java VM.
 * </ul>
 */
@NullMarked
package dev.nestmap.runtime.internal.kernel.natives;

import org.jspecify.annotations.NullMarked;
