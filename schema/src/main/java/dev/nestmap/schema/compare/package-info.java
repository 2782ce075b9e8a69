/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Compares two schemas, and finds the damage of each difference.
 *
 * <p>{@code SchemaComparison} finds each {@code Difference}, with a {@code MapComparison}, and a {@code TypeComparison} for keys, values and
 * variables. Both have a subclass for each of three comparisons: records with their object ({@code Object}), records with an existing
 * object ({@code Foreign}), and two versions of the records ({@code Version}).
 *
 * <p>For two versions, {@code SchemaChangeFinder} groups differences with one cause into a {@code SchemaChange}. {@code PinOutcome} is the
 * effect of one difference on the pin of one map. {@code ChangeConsequences} collects the effects of all differences in a change, and adds
 * the broken source code. {@code ChangeDescription} describes both.
 */
@NullMarked
package dev.nestmap.schema.compare;

import org.jspecify.annotations.NullMarked;
