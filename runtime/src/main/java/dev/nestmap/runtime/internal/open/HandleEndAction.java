/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

/**
 * Updates a map, its pin and its counters when the handle that owns the map ends. An end action must not refer to the handle, because that
 * would keep the handle from becoming garbage.
 */
public interface HandleEndAction {
    /** Does nothing. The handle closes the map. */
    HandleEndAction CLOSE = new HandleEndAction() {};

    /** Called when the handle does not own the map any more: the map was closed, is kept to be recycled, or has another owner. */
    default void released() {}

    /** Called after the map was closed because its handle was left or became garbage. A pin that keeps the map stays. */
    default void abandoned() {
        released();
    }

    /** Returns whether a pin keeps the map, so that {@link OpenMap#leave} is possible. */
    default boolean isPinned() {
        return false;
    }

    /** Continues the sentence "the map was closed because its handle became garbage" in a report. */
    default String note() {
        return "";
    }
}
