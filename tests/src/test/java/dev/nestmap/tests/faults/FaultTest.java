/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Some system calls fail, or with {@code -Dnestmap.faults=all} each of them. */
@KernelTest
@Timeout(7200)
@Tag("long")
class FaultTest extends FaultContract {
    @Override
    <S extends FaultScene> void inject(FaultCheck<S> check, FaultyOperation<S> operation) {
        check.everyCallMayFail(operation);
    }

    /** Whoever gets an exception goes on with the old version: so after a load that threw, the old program counts, and else the new one. */
    @Test
    void anUpgradeThatThrowsLeavesTheOldProgramAttached() throws Throwable {
        NetworkNamespace.run(() -> {
            List<SystemCall> calls = Collections.synchronizedList(new ArrayList<>());
            upgrade("first", WatchedThread.noting(calls));
            List<SystemCall> last =
                    List.copyOf(calls.subList(calls.lastIndexOf(SystemCall.LINK_UPDATE) + 1, calls.size()));
            assertThat(last).contains(SystemCall.PROG_GET_FD_BY_ID, SystemCall.OPENAT, SystemCall.UNLINK);
            for (int failing = 0; failing < last.size(); failing++) {
                SystemCall call = last.get(failing);
                int occurrence = Collections.frequency(last.subList(0, failing + 1), call);
                if (1 < occurrence && occurrence < Collections.frequency(last, call)) {
                    continue; // as everywhere here: the first and the last one of each kind
                }
                Errno errno = call.errors().get(failing % call.errors().size());
                AtomicBoolean isAttached = new AtomicBoolean();
                AtomicInteger left = new AtomicInteger(occurrence);
                upgrade(call + "-" + occurrence, next -> {
                    isAttached.compareAndSet(false, next == SystemCall.LINK_UPDATE);
                    return next == call && isAttached.get() && left.getAndDecrement() == 1 ? errno : null;
                });
            }
        });
    }

    private static void upgrade(String name, WatchedThread.Watcher watcher) {
        try (UpgradeScene scene = new UpgradeScene(fs.path(name));
                WatchedThread thread = new WatchedThread()) {
            thread.run(call -> null, scene::loadAndClose);
            int old = scene.attachedProgram();
            try {
                thread.run(watcher, scene::upgradeAndClose);
                assertThat(scene.attachedProgram()).as(name).isNotEqualTo(old);
            } catch (BpfException e) {
                assertThat(scene.attachedProgram()).as("%s: %s", name, e).isEqualTo(old);
            }
            scene.requireExactCounts();
        }
    }
}
