/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a drain whose action has thrown an exception. The map that the action received waits for the next drain, with all its counts, and
 * so do the maps that this drain has displaced and not passed yet. Maps whose action returned before are acknowledged. {@link #getCause} is
 * the exception of the action, and {@link #key} the key of the map.
 */
public final class DrainException extends BpfException {
    private static final long serialVersionUID = 1L;

    /** The number of waiting maps. */
    private final int waiting;

    /**
     * Creates the exception. The runtime calls it.
     *
     * @param map name of the outer map
     * @param key the key; null if it is not known
     * @param isEnded whether the action had acknowledged or discarded its map
     * @param waiting the number of displaced maps of the outer map that wait
     * @param cause the exception of the action
     */
    public DrainException(String map, @Nullable Object key, boolean isEnded, int waiting, Throwable cause) {
        super(of("drain")
                .map(map)
                .key(key)
                .because("the action failed: " + cause
                        + (isEnded
                                ? ". It had acknowledged or discarded its map, so no drain passes this map again. Now "
                                : ". Its map stays displaced with all its counts, and later drains pass it again. Now ")
                        + waiting + (waiting == 1 ? " displaced map waits" : " displaced maps wait"))
                .cause(cause));
        this.waiting = waiting;
    }

    /** {@return the number of displaced maps of the outer map that waited after the action had failed} */
    public int waiting() {
        return waiting;
    }
}
