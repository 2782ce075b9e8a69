/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Compares two schemas.
 *
 * <p>{@code SchemaComparison} finds each {@code Difference}, with a {@code MapComparison}, and a {@code TypeComparison} for keys, values and
 * variables. The latter has a subclass for each of three comparisons: records with their object ({@code Object}), records with an existing
 * object ({@code Foreign}), and two versions of the records ({@code Version}).
 *
 * <p>For two versions, {@code PinOutcome} is the effect of one difference on the pin of one map, and {@code ChangeDescription} says what
 * has changed.
 */
@NullMarked
package dev.nestmap.schema.compare;

import org.jspecify.annotations.NullMarked;
