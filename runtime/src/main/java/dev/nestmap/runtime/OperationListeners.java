/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.observe.Listeners;
import dev.nestmap.runtime.observe.OperationListener;

/**
 * The listeners of this process. Nestmap itself adds one that writes events of the Flight Recorder, unless the JVM has no module {@code
 * jdk.jfr}.
 */
public final class OperationListeners {
    private OperationListeners() {}

    /**
     * Adds a listener for operations that start from now on. A listener that was added twice is called twice.
     *
     * @param listener the listener
     */
    public static void add(OperationListener listener) {
        Listeners.add(listener);
    }

    /**
     * Removes a listener. It may still receive the ends of operations that have started. Does nothing if it was not added.
     *
     * @param listener the listener
     */
    public static void remove(OperationListener listener) {
        Listeners.remove(listener);
    }
}
