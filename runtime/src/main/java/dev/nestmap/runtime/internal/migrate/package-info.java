/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Replaces pinned maps of another version: copies their entries to the new layout, or retires the maps, to be drained or to wait for a version that can read
 * them.
 *
 * <p>{@code PinnedMapMigrator} finds out of which version a pinned map is, by the text beside it, and chooses its {@code Treatment} by the {@code MapPlan} of
 * the two versions. {@code EntryCopier} copies the entries of one map, with a {@code LayoutConverter} for keys and one for values.
 * {@code NestMigrator} does this for an outer map with its inner maps. The result is a {@code PreparedMigration}. {@code RetiredMaps} is the group of the maps that keep their
 * version, and wait: drains convert them with the same {@code EntryCopier}. {@code Upgrade} has the steps of a load, and
 * {@code OtherWriters} finds the programs that prevent them.
 */
@NullMarked
package dev.nestmap.runtime.internal.migrate;

import org.jspecify.annotations.NullMarked;
