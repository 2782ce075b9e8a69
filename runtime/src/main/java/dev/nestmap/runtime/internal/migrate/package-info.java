/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Copies pinned maps of the previous version to the new layout, or retires them to be drained.
 *
 * <p>{@code PinnedVersion} finds out to which previous version a pinned map belongs, and {@code PinnedMapMigrator} migrates it.
 * {@code OldMapDefinition} is the declaration in that version. {@code EntryCopier} copies the entries of one map, with a
 * {@code LayoutConverter} for keys and one for values, by the {@code MigrationRules} of the user. {@code NestMigrator} does this for an
 * outer map with its inner maps. The result is a {@code PreparedMigration}, which changes the pins when the load commits it, and can put
 * them back. {@code MigrationPins} describes the steps, and the pins after each step. {@code RetiredMapPins} has the inner maps that are
 * drained instead of copied.
 */
@NullMarked
package dev.nestmap.runtime.internal.migrate;

import org.jspecify.annotations.NullMarked;
