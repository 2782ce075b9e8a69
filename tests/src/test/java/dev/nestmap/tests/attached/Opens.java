/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.runtime.testing.Descriptors;

/** System calls of this thread: it opens and closes a file. */
record Opens() implements Events {
    /** The number of the system call that opens the file, openat. */
    static final int SYSTEM_CALL = "amd64".equals(System.getProperty("os.arch")) ? 257 : 56;

    @Override
    public void fire() {
        Descriptors.close(Descriptors.open("/proc/self/status"));
    }
}
