/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

/**
 * Thrown by a handle that is no longer valid: its map left the outer map or was put into one, or the handle or its object was closed. An
 * operation on one entry had no effect. One on many entries, such as {@code putAll}, {@code clear} or {@code getAndRemoveAll}, may have
 * written, removed or passed some of them before. If another thread rotates inner maps while your code writes to them, catch this exception and get a new handle
 * from the outer map.
 */
public final class InvalidHandleException extends BpfException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception. The runtime calls it.
     *
     * @param map name of the handle's map
     * @param reason why the handle is no longer valid
     */
    public InvalidHandleException(String map, String reason) {
        super(Reason.CLOSED, "use of map " + map, "the handle is no longer valid: " + reason);
    }
}
