/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/**
 * A handle to a map that the caller owns, because the caller has created or opened it. Only subclasses of {@link
 * MapAccessor} implement it. For a map that has left its slot, the caller gets a {@link Displaced}.
 */
public interface OwnedMap extends AutoCloseable {
    /**
     * Waits for calls in progress, and closes the map. Later calls throw. Does nothing if the handle is already closed.
     */
    @Override
    default void close() {
        ((MapAccessor) this).release();
    }
}
