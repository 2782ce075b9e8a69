/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

/**
 * A program that the caller found by its name in C. The Java compiler doesn't know its section, so a hook that doesn't fit is rejected only when
 * {@code attach} is called.
 */
public interface UntypedProgram extends AttachableProgram.Targeted<Hook.AnyKind> {}
