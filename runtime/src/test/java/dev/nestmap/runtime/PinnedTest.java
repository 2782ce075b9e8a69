/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.Clang;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests with a BPF file system of their own. */
abstract class PinnedTest {
    @SuppressWarnings("NullAway.Init") // by BeforeEach
    BpfFs fs;

    @SuppressWarnings("NullAway.Init") // by BeforeEach
    PinOptions pins;

    @TempDir
    private Path directory;

    @BeforeEach
    void mount() throws IOException {
        fs = BpfFs.mount();
        pins = PinOptions.in(fs.path(""));
    }

    @AfterEach
    void unmount() throws IOException {
        fs.close();
    }

    Network load(String... options) throws IOException {
        return Network.load(object(options), pins);
    }

    Path object(String... options) throws IOException {
        return Files.write(directory.resolve("network.bpf.o"), Clang.object("network.bpf.c", options));
    }
}
