/* SPDX-License-Identifier: Apache-2.0 */
/** Reads annotated records as global variables. */
@NullMarked
package dev.nestmap.processor.reader.global;

import org.jspecify.annotations.NullMarked;
