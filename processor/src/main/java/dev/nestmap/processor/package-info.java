/* SPDX-License-Identifier: Apache-2.0 */
/** Reads annotated records, reports their mistakes, and writes the C header, schema text and accessors. */
@NullMarked
package dev.nestmap.processor;

import org.jspecify.annotations.NullMarked;
