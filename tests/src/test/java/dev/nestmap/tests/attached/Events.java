/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

/** Causes events that run programs. */
interface Events extends AutoCloseable {
    /** Causes this many events, and returns when they have happened. */
    void fire(int times);

    @Override
    void close();
}
