/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.runtime.testing.ChildVm;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One command at a time writes to a file. */
class DrainFileTest {
    @TempDir
    private Path directory;

    @Test
    void keepsTheFileLockedUntilItIsClosed() throws IOException {
        Path path = directory.resolve("counts.jsonl");
        Path link = directory.resolve("link.jsonl");
        try (DrainFile file = DrainFile.open(path)) {
            Files.createLink(link, path);
            assertThat(isLocked(path)).isTrue();
            assertThat(file.append("machine/boot/1/2026-07-01T12:00:00Z", out -> {
                        out.accept("{\"identity\":\"machine/boot/1/2026-07-01T12:00:00Z\",\"entries\":[]}\n");
                        return true;
                    }))
                    .isTrue();
        }
        assertThat(isLocked(path)).isFalse();
        try (DrainFile file = DrainFile.open(link)) {
            assertThat(file.contains("machine/boot/1/2026-07-01T12:00:00Z")).isTrue();
        }
    }

    /** Whoever may read the file can lock it, and be stopped. */
    @Test
    void namesTheProcessThatKeepsTheFileLocked() throws Exception {
        Path path = Files.createFile(directory.resolve("counts.jsonl"));
        for (boolean isShared : new boolean[] {true, false}) {
            Process other = new ChildVm().start(Other.class, path.toString(), String.valueOf(isShared));
            try {
                assertThat(other.inputReader().readLine()).isEqualTo("locked");
                ChildVm.stop(other);
                assertThatThrownBy(() -> DrainFile.open(path))
                        .isInstanceOf(CommandFailedException.class)
                        .hasMessage(
                                "process %1$d (stopped: kill -CONT %1$d continues it) %2$s, or name another file",
                                other.pid(),
                                isShared
                                        ? "reads " + path + ", and has locked it against writers; end it"
                                        : "writes to " + path + "; wait for its end");
            } finally {
                other.destroyForcibly().waitFor();
            }
            DrainFile.open(path).close();
        }
    }

    /** Another process, which locks a file until it is killed. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) throws IOException {
            boolean isShared = Boolean.parseBoolean(arguments[1]);
            try (FileChannel channel = FileChannel.open(
                    Path.of(arguments[0]), isShared ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
                channel.lock(0, Long.MAX_VALUE, isShared);
                System.out.println("locked");
                System.in.read();
            }
        }
    }

    /** A process was killed while it wrote, or somebody has edited the file: a map that was acknowledged does not come again. */
    @Test
    void keepsALastLineOfWhichOnlyTheLineFeedIsMissing() throws IOException {
        Path path = directory.resolve("counts.jsonl");
        String first =
                "{\"identity\":\"machine/boot/1/2026-07-01T12:00:00Z\",\"pin\":\"/a\",\"map\":\"m\",\"entries\":[]}\n";
        String second = "{\"identity\":\"machine/boot/2/2026-07-01T12:00:00Z\",\"pin\":\"/a/}]\\\"\",\"map\":\"m\","
                + "\"entries\":[{\"key\":{\"name\":\"a}\\\\\"},\"value\":[1,2]}],\"exact\":true}\n";
        for (int length = 0; length <= second.length(); length++) {
            Files.writeString(path, first + second.substring(0, length));
            boolean isWhole = length >= second.length() - 1;
            try (DrainFile file = DrainFile.open(path)) {
                assertThat(file.contains("machine/boot/1/2026-07-01T12:00:00Z")).isTrue();
                assertThat(file.contains("machine/boot/2/2026-07-01T12:00:00Z"))
                        .as("%d of %d bytes", length, second.length())
                        .isEqualTo(isWhole);
                assertThat(file.removed() != null).isEqualTo(!isWhole && length > 0);
            }
            assertThat(Files.readString(path)).isEqualTo(first + (isWhole ? second : ""));
        }
        Files.writeString(path, first + second.substring(0, 60));
        try (DrainFile file = DrainFile.open(path)) {
            assertThat(file.removed())
                    .contains(
                            path + " was not complete",
                            "60 bytes",
                            "machine/boot/2/2026",
                            "look for a copy of the file");
        }
    }

    /** A file that could not be opened is free for the next command. */
    @Test
    void aFileWithOtherContentIsFreeAfterwards() throws IOException {
        Path path = Files.writeString(directory.resolve("notes.txt"), "my notes\n");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> DrainFile.open(path)).hasMessageContaining("did not write");
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            assertThat(channel.tryLock()).isNotNull();
        }
        assertThat(path).hasContent("my notes\n");
    }

    /** Whether the kernel has a lock of this process for the file. */
    private static boolean isLocked(Path file) throws IOException {
        String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
        String process = " " + ProcessHandle.current().pid() + " ";
        return Files.readAllLines(Path.of("/proc/locks")).stream()
                .anyMatch(line -> line.contains(inode) && line.contains(process));
    }
}
