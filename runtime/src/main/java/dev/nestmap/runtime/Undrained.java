/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/**
 * An inner map that a process took out of its slot with {@code rotate}, {@code take} or {@code swap}, and did not close before it
 * ended. {@link OuterAccessor#recoverUndrained} finds it.
 *
 * @param key key that the map was at
 * @param map the map, which the caller owns; it stays pinned until it is closed or put into an outer map
 * @param <K> type of the keys
 * @param <O> type of the handles
 */
public record Undrained<K, O extends MapAccessor & OwnedMap>(K key, O map) implements AutoCloseable {
    /** Closes the map and removes its pin. Its entries are lost then. */
    @Override
    public void close() {
        map.close();
    }
}
