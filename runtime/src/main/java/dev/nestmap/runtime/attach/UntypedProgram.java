/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

/**
 * A program that the caller found by its name in C. The Java compiler does not know its section, so {@code attach} rejects a hook that does
 * not fit.
 */
public interface UntypedProgram extends AttachableProgram.Targeted<Hook.AnyKind> {}
