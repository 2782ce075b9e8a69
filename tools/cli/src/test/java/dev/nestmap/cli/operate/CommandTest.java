/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.CommandRun;
import dev.nestmap.cli.operate.Pinned.Flow;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.TestPrograms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Operators run commands that save counts of a service with pins. */
abstract class CommandTest extends PinningTest {
    @TempDir
    Path directory;

    /** Where the commands save counts. */
    Path file = Path.of("");

    @BeforeEach
    void nameFile() {
        file = directory.resolve("saved.jsonl");
    }

    /** Compiles the program of maps that are declared in this package. */
    final Path object(String name) {
        String headers =
                "-I" + Path.of("target/test-classes/META-INF/bpf/include").toAbsolutePath();
        byte[] object = TestPrograms.object(name + ".bpf.c", headers, headers + "/dev/nestmap/cli/operate");
        try {
            return Files.write(directory.resolve(name + ".bpf.o"), object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    final PinnedBpf load() {
        return PinnedBpf.open(object("pinned")).pins(pins).load();
    }

    /** A service counts, and ends. */
    final void count() {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
        }
    }

    final CommandRun drain(Object pin) {
        return CommandRun.of("drain", pin, "-o", file);
    }

    final CommandRun end(Object pin, Object... options) {
        return CommandRun.of(Stream.concat(Stream.of("end", pin, "-o", file, "--yes"), Stream.of(options))
                .toArray());
    }

    /** Starts a process that locks a directory until its input ends. */
    static Process lock(Path locked) throws IOException {
        Process owner = new ProcessBuilder("flock", "-F", locked.toString(), "sh", "-c", "echo owns; exec cat").start();
        assertThat(owner.inputReader().readLine()).isEqualTo("owns");
        return owner;
    }
}
