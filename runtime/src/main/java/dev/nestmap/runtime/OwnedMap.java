/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/** A handle to a map that the caller owns. The map is in no outer map: it was never put into one, or it was taken out. */
public interface OwnedMap extends AutoCloseable {
    /**
     * Closes the map after the calls in progress. The handle throws from then on. Does nothing if the handle is already closed, or
     * if an outer map has taken over the map.
     */
    @Override
    void close();
}
