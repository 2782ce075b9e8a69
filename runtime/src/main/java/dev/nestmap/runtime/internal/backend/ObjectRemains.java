/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import java.util.OptionalInt;

/**
 * The resources of a loaded object, to be freed when the object has become garbage. It refers neither to the object nor to its
 * programs, which would never become garbage otherwise.
 */
public interface ObjectRemains {
    /**
     * Closes the maps and programs, and leaves the programs attached. Waits for calls of programs that are under way.
     *
     * @return the number of attachments that stay until the process ends; empty if the object was closed before
     */
    OptionalInt close();
}
