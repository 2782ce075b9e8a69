/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.testing.Clang;
import dev.nestmap.runtime.testing.PinningTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Tests of pins with the object of a network. */
abstract class PinnedTest extends PinningTest {
    @TempDir
    private Path directory;

    Network load(String... options) throws IOException {
        return Network.load(object(options), pins);
    }

    Path object(String... options) throws IOException {
        return Files.write(directory.resolve("network.bpf.o"), Clang.object("network.bpf.c", options));
    }
}
