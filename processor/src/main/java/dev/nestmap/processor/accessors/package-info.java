/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Writes the generated Java classes: the class of an object, an accessor for each map, and a codec for each record, enum and
 * union.
 */
@NullMarked
package dev.nestmap.processor.accessors;

import org.jspecify.annotations.NullMarked;
