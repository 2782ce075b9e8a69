/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/**
 * An inner map that a process displaced, by {@code rotate}, {@code take} or {@code swap}, and did not close before it ended:
 * what {@link OuterAccessor#undrained} finds.
 *
 * @param key the key that it was at
 * @param map the map, the caller's own; it stays pinned until it is closed or put somewhere
 * @param <K> type of the keys
 * @param <O> type of the handles
 */
public record Undrained<K, O extends MapAccessor & OwnedMap>(K key, O map) implements AutoCloseable {
    /** Closes the map, which is gone then. */
    @Override
    public void close() {
        map.close();
    }
}
