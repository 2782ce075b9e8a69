/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Waits for threads of this process. */
final class SleepingThread {
    private SleepingThread() {}

    /**
     * Returns when the thread sleeps. It does not return if the thread never sleeps, so the test needs a timeout.
     *
     * @param id the kernel's number of the thread
     */
    static void await(int id) throws IOException {
        Path status = Path.of("/proc/self/task/" + id + "/status");
        while (!Files.readString(status).contains("State:\tS")) {
            Thread.onSpinWait();
        }
    }
}
