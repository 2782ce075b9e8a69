/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

/** Causes events that run programs. */
interface Events extends AutoCloseable {
    /** Causes an event, and returns when it has happened. */
    void fire();

    /** Causes this many events, and returns when they have happened. */
    default void fire(int times) {
        for (int i = 0; i < times; i++) {
            fire();
        }
    }

    @Override
    default void close() {}
}
