/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.runtime.testing.Descriptors;

/** System calls of this thread: it opens and closes a file. */
record Opens() implements Events {
    @Override
    public void fire(int times) {
        for (int i = 0; i < times; i++) {
            Descriptors.close(Descriptors.open("/proc/self/status"));
        }
    }

    @Override
    public void close() {
        // Every file is closed already.
    }
}
