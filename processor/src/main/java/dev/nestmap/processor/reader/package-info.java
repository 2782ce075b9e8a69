/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Reads annotated types into a schema and its Java binding, and reports what is wrong where it is written. The only room
 * that knows the compiler's model of the source.
 */
@NullMarked
package dev.nestmap.processor.reader;

import org.jspecify.annotations.NullMarked;
