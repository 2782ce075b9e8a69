/* SPDX-License-Identifier: Apache-2.0 */
/** What all readers use: the source as the compiler models it, names in C and Java, imports from other headers, and problems. */
@NullMarked
package dev.nestmap.processor.reader.source;

import org.jspecify.annotations.NullMarked;
