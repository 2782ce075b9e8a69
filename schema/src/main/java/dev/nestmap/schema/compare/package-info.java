/* SPDX-License-Identifier: Apache-2.0 */
/** Compares two schemas, and finds what each difference breaks. */
@NullMarked
package dev.nestmap.schema.compare;

import org.jspecify.annotations.NullMarked;
