/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The message says why a target can't be opened, and not always that the kernel does not have it. */
@KernelTest
@Tag("jdk-independent")
class KernelTargetProgramsTest {
    private static final int NO_PROGRAM = Integer.MAX_VALUE;

    @ParameterizedTest
    @CsvSource({
        "ENOENT, NOT_FOUND, the kernel has no program 2147483647",
        "EPERM, NOT_PERMITTED, requires CAP_SYS_ADMIN",
        "EMFILE, FULL, limit of open files"
    })
    void saysWhyATargetCanNotBeOpened(Errno errno, Reason reason, String why) {
        LoadPlan plan = new LoadPlan();
        plan.targets().put("replacement", NO_PROGRAM);
        try (WatchedThread thread = new WatchedThread()) {
            assertThatThrownBy(() -> thread.run(
                            call -> answer(call, errno),
                            () -> TargetPrograms.open("flows", plan).close()))
                    .asInstanceOf(BPF_EXCEPTION)
                    .isOf("load of object flows")
                    .hasReason(reason)
                    .hasErrno(errno)
                    .hasMessageContaining(why);
        }
    }

    private static @Nullable Errno answer(SystemCall call, Errno errno) {
        return call == SystemCall.PROG_GET_FD_BY_ID ? errno : null;
    }
}
