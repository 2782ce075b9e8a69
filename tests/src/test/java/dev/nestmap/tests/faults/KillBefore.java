/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import org.jspecify.annotations.Nullable;

/** Kills this process before a call that changes something. */
final class KillBefore implements WatchedThread.Watcher {
    /** The exit value of a process that was killed. */
    static final int STATUS = 128 + 9;

    private int left;

    /** @param call number of the call, counted from 0 */
    KillBefore(int call) {
        this.left = call;
    }

    @Override
    public @Nullable Errno before(SystemCall call) {
        if (call.changes() && left-- == 0) {
            WatchedThread.killThisProcess();
        }
        return null;
    }
}
