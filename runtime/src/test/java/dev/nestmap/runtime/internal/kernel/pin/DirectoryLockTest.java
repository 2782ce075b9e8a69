/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The process that {@code /proc/locks} names as the holder of a lock is the right one, or unknown. An administrator may kill it. */
class DirectoryLockTest {
    /** {@code makedev(0x10ab, 0x1122f)}. */
    private static final long DEVICE = 0x10001120ab2fL;

    private static final List<String> LOCKS = List.of(
            "1: POSIX  ADVISORY  WRITE 101 10ab:1122f:17 0 EOF",
            "2: FLOCK  ADVISORY  WRITE 102 00:2b:17 0 EOF",
            "3: FLOCK  ADVISORY  WRITE 103 10ab:1122f:117 0 EOF",
            "4: FLOCK  ADVISORY  WRITE 104 10ab:1122f:17 0 EOF",
            "4: -> FLOCK  ADVISORY  WRITE 105 10ab:1122f:17 0 EOF",
            "5: FLOCK  ADVISORY  WRITE 0 10ab:1122f:18 0 EOF");

    @Test
    void isThatOfTheSameFileSystem() {
        assertThat(DirectoryLock.holder(LOCKS, DEVICE, "17")).hasValue(104);
        assertThat(DirectoryLock.holder(LOCKS, 0x2b, "17")).hasValue(102);
    }

    @Test
    void isThisProcess() {
        String lock = "1: FLOCK  ADVISORY  WRITE " + ProcessHandle.current().pid() + " 00:2b:17 0 EOF";
        assertThat(DirectoryLock.holder(List.of(lock), 0x2b, "17"))
                .hasValue(ProcessHandle.current().pid());
    }

    @Test
    void isUnknownInAnotherPidNamespace() {
        assertThat(DirectoryLock.holder(LOCKS, DEVICE, "18")).isEmpty();
    }
}
