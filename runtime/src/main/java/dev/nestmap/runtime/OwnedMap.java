/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/** A handle to a map that is the caller's own and not, or no longer, in an outer map. */
public interface OwnedMap extends AutoCloseable {
    /**
     * Lets go of the map, after the calls of it that are under way; the handle throws from then on. Does nothing when it has
     * been closed before or when an outer map has taken the map over.
     */
    @Override
    void close();
}
