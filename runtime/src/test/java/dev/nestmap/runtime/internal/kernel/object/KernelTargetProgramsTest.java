/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The message says why a target can't be opened, and not always that the kernel does not have it. */
@KernelTest
class KernelTargetProgramsTest {
    private static final int NO_PROGRAM = Integer.MAX_VALUE;

    @ParameterizedTest
    @CsvSource({
        "ENOENT, NOT_FOUND, the kernel has no program 2147483647",
        "EPERM, NOT_PERMITTED, a seccomp filter",
        "EMFILE, FULL, limit of open files"
    })
    void saysWhyATargetCanNotBeOpened(Errno errno, Reason reason, String why) {
        LoadPlan plan = new LoadPlan();
        plan.targets().put("replacement", NO_PROGRAM);
        assertBpfException(
                        () -> WatchedThread.watch(
                                call -> call == SystemCall.PROG_GET_FD_BY_ID ? errno : null,
                                () -> TargetPrograms.open("flows", plan).close()),
                        why)
                .isOf("load of object flows")
                .hasReason(reason)
                .hasErrno(errno);
    }
}
