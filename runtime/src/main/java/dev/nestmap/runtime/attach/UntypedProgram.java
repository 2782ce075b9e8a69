/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

/**
 * A program that was found by its name in C, so that the Java compiler does not know its section. A hook that does not fit is rejected when
 * the program is attached. A link to a map is a {@link KernelLink} if the program is an iterator.
 */
public interface UntypedProgram extends TargetedProgram<Hook.AnyKind>, MapProgram<Link> {}
