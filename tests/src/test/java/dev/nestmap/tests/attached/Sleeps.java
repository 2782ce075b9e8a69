/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Context switches: this thread sleeps. On a slow machine the time may pass before the thread leaves its CPU, so it sleeps twice. */
record Sleeps() implements Events {
    @Override
    public void fire() {
        for (int i = 0; i < 2; i++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }
}
