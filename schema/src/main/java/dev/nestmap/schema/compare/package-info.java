/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Compares two schemas, and finds what each difference breaks.
 *
 * <p>{@code SchemaComparison} finds each {@code Difference}, with {@code TypeComparison} for keys, values and variables. {@code
 * ComparisonMode} says which schemas are compared: the records with their object, the records with somebody else's object, or two versions
 * of the records.
 *
 * <p>For two versions, {@code SchemaChanges} groups differences with one cause into a {@code SchemaChange}. {@code PinOutcome} is what one
 * difference does to the pin of one map. {@code ChangeConsequences} collects the outcomes of all differences in a change, and adds the
 * source code that breaks. {@code ChangeDescription} puts both into words.
 */
@NullMarked
package dev.nestmap.schema.compare;

import org.jspecify.annotations.NullMarked;
