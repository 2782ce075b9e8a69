/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Paths of pins do not collide. */
class PinPathsTest {
    @Test
    void theRootIsNoPin() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PinPaths(Path.of("/"), PinOptions.defaults(), MapAccess.READ_WRITE))
                .withMessage("the path / names a directory: pass the path of a pin, such as acme/tenant");
    }

    /** Names that a shell would split or expand, and other pins with names that begin in the same way. */
    @Test
    void theCommandLeavesAMapAloneThatIsNamedLikeOneOfRequests(@TempDir Path directory) throws IOException {
        for (String file : List.of("tenant", "tenant-lost", "tenant-prototype")) {
            Files.createFile(directory.resolve(file));
        }
        PinPaths paths = new PinPaths(directory.resolve("tenant"), PinOptions.defaults(), MapAccess.READ_WRITE);

        assertThat(paths.removal(Files::exists))
                .isEqualTo("rm -rf '" + directory + "/tenant' '" + directory + "/tenant-prototype'");
    }

    @Test
    void theCommandRemovesThePinsOfOneMapOnly(@TempDir Path directory) throws IOException, InterruptedException {
        List<String> others = List.of("tenant-blue", "tenant-", "tenant2", "rf", "it's", "$(id)", "a");
        for (String pin : List.of("tenant", "it's a $(touch x) `y` \"z\" \\ *")) {
            for (String other : others) {
                Files.writeString(directory.resolve(other), other);
            }
            PinPaths paths = new PinPaths(directory.resolve(pin), PinOptions.defaults(), MapAccess.READ_WRITE);
            PinPaths requests = new PinPaths(paths.requests(), PinOptions.defaults(), MapAccess.READ_WRITE);
            for (Path file : List.of(
                    paths.outer(),
                    paths.prototype(),
                    paths.inner("42"),
                    paths.draining("42", 17, false),
                    paths.requests(),
                    requests.inner("0"),
                    requests.draining("0", 5, false),
                    paths.lost(),
                    paths.barrier())) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, "");
            }

            Process shell = new ProcessBuilder("sh", "-c", paths.removal(Files::exists))
                    .directory(directory.toFile())
                    .start();

            assertThat(shell.waitFor()).isZero();
            try (Stream<Path> left = Files.list(directory)) {
                assertThat(left.map(Path::getFileName).map(Path::toString)).containsExactlyInAnyOrderElementsOf(others);
            }
        }
    }
}
