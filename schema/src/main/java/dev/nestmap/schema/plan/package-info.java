/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Plans what an upgrade does with the maps of another version.
 *
 * <p>{@code UpgradePlan} has a {@code MapPlan} for each map of two schemas. For its entries, a {@code MapPlan} has two {@code EntryPlan}s, whose {@code
 * Step}s write a new key or value. Components are matched by their names, and by the words for other versions ({@code
 * dev.nestmap.schema.FieldMeaning.Word}) of both schemas.
 */
@NullMarked
package dev.nestmap.schema.plan;

import org.jspecify.annotations.NullMarked;
