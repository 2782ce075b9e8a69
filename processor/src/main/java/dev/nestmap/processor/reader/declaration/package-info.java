/* SPDX-License-Identifier: Apache-2.0 */
/** The result of reading a top-level type, and the types that it takes from others. */
@NullMarked
package dev.nestmap.processor.reader.declaration;

import org.jspecify.annotations.NullMarked;
