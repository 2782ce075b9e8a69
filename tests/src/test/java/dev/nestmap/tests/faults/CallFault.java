/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes one kind of system call fail: its n-th call, or all from that one on. */
final class CallFault implements Fault, WatchedThread.Watcher {
    private final SystemCall call;
    private final int occurrence;
    private final Errno errno;
    private final boolean lasting;
    private int calls;

    /** @param occurrence which call fails, counted from 1 */
    CallFault(SystemCall call, int occurrence, Errno errno, boolean lasting) {
        this.call = call;
        this.occurrence = occurrence;
        this.errno = errno;
        this.lasting = lasting;
    }

    @Override
    public void run(WatchedThread thread, Runnable action) {
        thread.run(this, action);
    }

    @Override
    public boolean isLasting() {
        return lasting;
    }

    @Override
    public synchronized boolean hasOccurred() {
        return calls >= occurrence;
    }

    /** Whether it is not the first call of its kind that fails, and this kind is one of these. */
    boolean isLaterOneOf(Set<SystemCall> calls) {
        return occurrence > 1 && calls.contains(call);
    }

    @Override
    public boolean isCauseOf(BpfException e) {
        return e.errno() == errno;
    }

    @Override
    public synchronized @Nullable Errno before(SystemCall next) {
        if (next != call) {
            return null;
        }
        calls++;
        return calls == occurrence || (lasting && calls > occurrence) ? errno : null;
    }

    @Override
    public String toString() {
        return errno + " from " + call + " number " + occurrence + (lasting ? " and all later ones" : "");
    }
}
