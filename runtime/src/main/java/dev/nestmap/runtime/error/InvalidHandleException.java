/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

/**
 * A handle was used after its end: its entry left the outer map, it was spent or closed, or its object was. The operation did
 * not take place. Who writes to inner maps that others rotate catches it and takes the handle anew from the outer map.
 */
public final class InvalidHandleException extends BpfException {
    private static final long serialVersionUID = 1L;

    /**
     * For the runtime.
     *
     * @param map name of the map that the handle was for
     * @param reason why it is no longer valid
     */
    public InvalidHandleException(String map, String reason) {
        super("use of map " + map, "the handle is no longer valid: " + reason);
    }
}
