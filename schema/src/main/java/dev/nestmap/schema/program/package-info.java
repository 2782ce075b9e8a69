/* SPDX-License-Identifier: Apache-2.0 */
/** The ELF sections of programs: the program type that each stands for, and how such programs are attached. */
@NullMarked
package dev.nestmap.schema.program;

import org.jspecify.annotations.NullMarked;
