/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.pin.MapIdentity;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The counts of one drained map.
 *
 * @param key decodes the key of the outer map
 * @param isExact whether the map has all counts
 * @param entries decodes the entries
 * @param ticket the ticket of the map; null if the counts come from a file
 */
record DrainedCounts<K, T, E>(
        Supplier<K> key,
        MapIdentity identity,
        BooleanSupplier isExact,
        Iterable<E> entries,
        @Nullable T ticket) {}
