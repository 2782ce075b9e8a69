/* SPDX-License-Identifier: Apache-2.0 */
/** The ELF sections of programs, with their program types and attachments. */
@NullMarked
package dev.nestmap.schema.program;

import org.jspecify.annotations.NullMarked;
