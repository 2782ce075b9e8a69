/* SPDX-License-Identifier: Apache-2.0 */
/** Annotations, types and positions in the source, as the compiler models them. */
@NullMarked
package dev.nestmap.processor.reader.source;

import org.jspecify.annotations.NullMarked;
