/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Copies pinned maps of the previous version to the new layout, or retires them to be drained.
 *
 * <p>{@code PinnedMapMigrator} finds out of which version a pinned map is, by the text beside it, and migrates it. {@code EntryCopier} copies the entries
 * of one map, with a {@code LayoutConverter} for keys and one for values, by the {@code MapPlan} of the two versions and the {@code Migration} of the user.
 * {@code NestMigrator} does this for an outer map with its inner maps. The result is a {@code PreparedMigration}. {@code RetiredMaps} is the group of the inner maps that keep their
 * version, and wait: drains convert them with the same {@code EntryCopier}. {@code Upgrade} has the steps of all migrations of a load, and
 * {@code OtherWriters} finds the programs that prevent them.
 */
@NullMarked
package dev.nestmap.runtime.internal.migrate;

import org.jspecify.annotations.NullMarked;
