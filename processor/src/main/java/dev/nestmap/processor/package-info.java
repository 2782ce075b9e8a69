/* SPDX-License-Identifier: Apache-2.0 */
/** Reads annotated records, reports what is wrong with them, and writes the C header, schema text and accessors. */
@NullMarked
package dev.nestmap.processor;

import org.jspecify.annotations.NullMarked;
