/* SPDX-License-Identifier: Apache-2.0 */
/** Reads the programs that annotations declare on an object. */
@NullMarked
package dev.nestmap.processor.reader.program;

import org.jspecify.annotations.NullMarked;
