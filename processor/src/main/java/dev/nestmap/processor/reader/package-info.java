/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Converts annotated types to a schema and a {@linkplain dev.nestmap.processor.model.ObjectModel model of the generated Java}, and
 * reports problems at their place in the source. Apart from the entry points of the processor, only this package and its subpackages use
 * the compiler's model of the source.
 */
@NullMarked
package dev.nestmap.processor.reader;

import org.jspecify.annotations.NullMarked;
