/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import java.util.Set;

/** Finds out which inner maps nobody else uses after they have left an outer map. */
public interface UnsharedMapFinder extends AutoCloseable {
    /**
     * Returns the ids of the maps that nobody uses but the owner of their one descriptor: no other process, program, slot or pin. A program
     * that ran when such a map left the outer map has ended.
     *
     * @return the ids; empty if the kernel does not tell
     */
    Set<Integer> unshared();

    @Override
    void close();
}
