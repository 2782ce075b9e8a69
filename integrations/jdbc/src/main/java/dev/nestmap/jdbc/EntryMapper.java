/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

/**
 * Turns an entry of a drained map into rows.
 *
 * @param <K> type of the outer map's keys
 * @param <E> the record of the entries
 */
@FunctionalInterface
public interface EntryMapper<K, E> {
    /**
     * Adds the rows of an entry: usually one. If it throws, nothing of the map is stored, and the map waits. It may be called several times for an
     * entry, because the database may ask for another try, so it should do nothing else.
     *
     * @param rows receives the rows
     * @param key the key of the drained map
     * @param entry the entry
     * @throws Exception if the map can't be stored
     */
    void map(Rows rows, K key, E entry) throws Exception;
}
