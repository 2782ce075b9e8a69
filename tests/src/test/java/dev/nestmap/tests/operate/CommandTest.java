/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.kernel.Pinned.Flow;
import dev.nestmap.tests.kernel.PinnedBpf;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
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

    final PinnedBpf load() {
        return PinnedBpf.open(BpfObjects.of("pinned")).pins(pins).load();
    }

    /** A service counts, and ends. */
    final void count() {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
        }
    }

    final Command drain(Object pin) {
        return Command.run("drain", pin, "-o", file);
    }

    final Command end(Object pin, Object... options) {
        return Command.run(Stream.concat(Stream.of("end", pin, "-o", file, "--yes"), Stream.of(options))
                .toArray());
    }

    /** Starts a process that locks a directory until its input ends. */
    static Process lock(Path locked) throws IOException {
        Process owner = new ProcessBuilder("flock", "-F", locked.toString(), "sh", "-c", "echo owns; exec cat").start();
        assertThat(owner.inputReader().readLine()).isEqualTo("owns");
        return owner;
    }
}
