/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.LockHolder.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process that {@code /proc/locks} names as the holder of a lock is the right one, or unknown. An administrator may kill it. */
class LockHolderTest {
    /** {@code makedev(0x10ab, 0x1122f)}. */
    private static final long DEVICE = 0x10001120ab2fL;

    private static final List<String> LOCKS = List.of(
            "1: POSIX  ADVISORY  WRITE 101 10ab:1122f:17 0 EOF",
            "2: FLOCK  ADVISORY  WRITE 102 00:2b:17 0 EOF",
            "3: FLOCK  ADVISORY  WRITE 103 10ab:1122f:117 0 EOF",
            "4: FLOCK  ADVISORY  WRITE 104 10ab:1122f:17 0 EOF",
            "4: -> FLOCK  ADVISORY  WRITE 105 10ab:1122f:17 0 EOF",
            "5: FLOCK  ADVISORY  WRITE 0 10ab:1122f:18 0 EOF",
            "6: OFDLCK ADVISORY  WRITE -1 10ab:1122f:18 0 EOF",
            "7: POSIX  ADVISORY  READ  106 00:2b:17 0 EOF");

    @TempDir
    private Path directory;

    @Test
    void isThatOfTheSameFileSystem() {
        assertThat(LockHolder.in(LOCKS, Kind.FLOCK, DEVICE, "17")).isEqualTo(new LockHolder(104, false));
        assertThat(LockHolder.in(LOCKS, Kind.FLOCK, 0x2b, "17")).isEqualTo(new LockHolder(102, false));
    }

    @Test
    void isThatOfALockOfTheSameKind() {
        assertThat(LockHolder.in(LOCKS, Kind.POSIX, DEVICE, "17")).isEqualTo(new LockHolder(101, false));
        assertThat(LockHolder.in(LOCKS, Kind.POSIX, 0x2b, "17")).isEqualTo(new LockHolder(106, true));
    }

    @Test
    void isUnknownInAnotherPidNamespace() {
        assertThat(LockHolder.in(LOCKS, Kind.FLOCK, DEVICE, "18")).isNull();
    }

    @Test
    void isThisProcess() throws IOException {
        Path file = Files.createFile(directory.resolve("lock"));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            assertThat(LockHolder.of(file, Kind.POSIX)).isNull();
            channel.lock(0, Long.MAX_VALUE, true);
            LockHolder holder = LockHolder.of(file, Kind.POSIX);
            assertThat(holder)
                    .isEqualTo(new LockHolder(ProcessHandle.current().pid(), true))
                    .returns(true, LockHolder::isThisProcess);
            assertThat(LockHolder.of(file, Kind.FLOCK)).isNull();
        }
    }
}
