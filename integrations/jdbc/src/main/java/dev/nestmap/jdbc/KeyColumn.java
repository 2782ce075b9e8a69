/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.pin.MapIdentity;

/**
 * Says which row an entry of a drained map belongs to: the value of one column of the row's key.
 *
 * @param <K> type of the outer map's keys
 * @param <E> the record of the entries
 * @see MapStore#add
 */
@FunctionalInterface
public interface KeyColumn<K, E> {
    /**
     * Returns the value of the column. It may be called several times for an entry, because the database may ask for another try.
     *
     * @param map the identity of the drained map, with the time at which it was {@linkplain MapIdentity#takenOut taken out}
     * @param key the key of the drained map in the outer map
     * @param entry the entry
     * @return the value; never null, because two nulls are not the same row. It is converted as {@link Rows#add} says
     * @throws Exception if the map can't be stored; it waits then
     */
    Object value(MapIdentity map, K key, E entry) throws Exception;
}
