/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Finds the changes between two versions of a schema, and the damage of each.
 *
 * <p>{@code SchemaChangeFinder} groups the {@link dev.nestmap.schema.compare.Difference differences} with one cause into a {@code
 * SchemaChange}. {@code ChangeConsequences} collects the {@link dev.nestmap.schema.compare.PinOutcome effects} of all differences in a
 * change.
 */
@NullMarked
package dev.nestmap.lint.change;

import org.jspecify.annotations.NullMarked;
