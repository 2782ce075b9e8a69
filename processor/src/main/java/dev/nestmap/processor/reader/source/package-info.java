/* SPDX-License-Identifier: Apache-2.0 */
/** The common parts of all readers: the compiler's model of the source, names in C and Java, imports from other headers, and problems. */
@NullMarked
package dev.nestmap.processor.reader.source;

import org.jspecify.annotations.NullMarked;
