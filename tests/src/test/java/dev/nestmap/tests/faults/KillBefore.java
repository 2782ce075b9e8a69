/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Kills this process before a call that changes something. */
final class KillBefore implements WatchedThread.Watcher {
    /** The exit value of a process that was killed. */
    static final int STATUS = 128 + 9;

    /** The number of no change: the process kills itself after the action. */
    static final int NONE = -1;

    private static final String CHANGES = "changes: ";

    private final int call;
    private final AtomicInteger changes = new AtomicInteger();

    private KillBefore(int call) {
        this.call = call;
    }

    /**
     * Runs an action, and kills this process before a change of the action, or else after the action.
     *
     * @param call the number of the change, counted from 0
     */
    static void run(int call, Runnable action) {
        KillBefore kill = new KillBefore(call);
        new WatchedThread().run(kill, () -> {
            action.run();
            System.out.println(CHANGES + kill.changes);
            WatchedThread.killThisProcess();
        });
    }

    /** Waits until a process has killed itself. Returns its output. */
    static String output(Process process, String moment) throws IOException, InterruptedException {
        String output = ChildVm.output(process);
        assertThat(process.waitFor()).as("%s: %s", moment, output).isEqualTo(STATUS);
        return output;
    }

    /**
     * Returns the number of changes of an action, from the output of a process that killed itself after the action. A process that has done similar things
     * before makes fewer: it knows the kernel's features already.
     */
    static int changes(String output) {
        return output.lines()
                .filter(line -> line.startsWith(CHANGES))
                .mapToInt(line -> Integer.parseInt(line.substring(CHANGES.length())))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public @Nullable Errno before(SystemCall made) {
        if (made.changes() && changes.getAndIncrement() == call) {
            WatchedThread.killThisProcess();
        }
        return null;
    }
}
