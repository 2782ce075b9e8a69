/* SPDX-License-Identifier: Apache-2.0 */
/** Writes the Java side: a skeleton for an object, an accessor for each map, a codec for each record and enum. */
@NullMarked
package dev.nestmap.processor.accessors;

import org.jspecify.annotations.NullMarked;
