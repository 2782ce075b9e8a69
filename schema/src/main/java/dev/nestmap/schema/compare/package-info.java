/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Compares two schemas.
 *
 * <p>{@code SchemaComparison} finds each {@code Difference}, with a {@code MapComparison}, and a {@code TypeComparison} for keys, values and
 * variables. The latter has a subclass for each of two comparisons: records with their object ({@code Object}), and records with an existing
 * object ({@code Foreign}). {@code MapLayout} is what the bytes of a map mean, and {@code EntryLayoutCheck} compares maps without a text.
 */
@NullMarked
package dev.nestmap.schema.compare;

import org.jspecify.annotations.NullMarked;
