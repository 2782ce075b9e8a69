/* SPDX-License-Identifier: Apache-2.0 */
/** Compares two schemas, and says what a difference breaks. */
@NullMarked
package dev.nestmap.schema.compare;

import org.jspecify.annotations.NullMarked;
