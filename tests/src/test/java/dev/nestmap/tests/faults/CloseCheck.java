/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.util.Objects;

/**
 * Counts how often this process closes a descriptor that is not open, because it was closed before. If another thread opened a file between
 * the two closes, the second one would close that file.
 */
final class CloseCheck implements AutoCloseable {
    private static final int PROCESS = Math.toIntExact(ProcessHandle.current().pid());
    private static final int NOT_OPEN = Integer.MAX_VALUE;

    private final FailedClosesBpf object =
            FailedClosesBpf.load(BpfObjects.of("failed_closes", BpfObjects.ARCHITECTURE));

    CloseCheck() {
        object.countFailure().attach();
        object.failedClose().put(new FailedCloses.FailedClose(PROCESS, 0));
        Descriptors.close(NOT_OPEN);
        assertThat(takeFailures())
                .as("closes of a descriptor that is not open, after one")
                .isOne();
    }

    /** Returns the number of failed closes since the last call. */
    long takeFailures() {
        long failures =
                Objects.requireNonNull(object.failedClose().get(PROCESS)).count();
        object.failedClose().put(new FailedCloses.FailedClose(PROCESS, 0));
        return failures;
    }

    @Override
    public void close() {
        object.close();
    }
}
