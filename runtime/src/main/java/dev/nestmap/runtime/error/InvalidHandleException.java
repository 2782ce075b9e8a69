/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handle that is no longer valid, because its map has left the outer map, or because the handle or its object was closed. Also thrown if
 * the object has failed, because the Java VM's heap or stack was full in one of its operations; {@link #getCause} then returns that error. An
 * operation on one entry had no effect. An operation on many entries, such as {@code putAll}, {@code clear} or {@code getAndRemoveAll}, may have
 * changed or passed some of them. If another thread rotates inner maps while your code writes to them, catch this exception and get a new handle from
 * the outer map.
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
        this(map, reason, null);
    }

    /**
     * Creates the exception for a map of an object that has failed. The runtime calls it.
     *
     * @param map name of the handle's map
     * @param reason why the handle is no longer valid
     * @param cause the error of the Java VM that has ended an operation of the object; null if there was none
     */
    public InvalidHandleException(String map, String reason, @Nullable Throwable cause) {
        super(of(Reason.CLOSED, "use of map " + map).cause(cause), "the handle is no longer valid: " + reason);
    }
}
