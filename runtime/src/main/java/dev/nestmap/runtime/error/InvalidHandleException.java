/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

/**
 * Thrown when a handle is used that is no longer valid: its entry left the outer map, its map was put into an outer map, or the handle or
 * its object was closed. The operation did not take place. Code that writes to inner maps while another thread rotates them catches this
 * exception and gets a new handle from the outer map.
 */
public final class InvalidHandleException extends BpfException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception. The runtime calls it.
     *
     * @param map name of the map that the handle was for
     * @param reason why it is no longer valid
     */
    public InvalidHandleException(String map, String reason) {
        super("use of map " + map, "the handle is no longer valid: " + reason);
    }
}
