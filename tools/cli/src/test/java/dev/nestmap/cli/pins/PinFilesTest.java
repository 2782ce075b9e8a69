/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command knows the files beside a pin that the runtime makes. One that it can't look at is not taken for one that is gone. */
class PinFilesTest {
    private static final Path PIN = Path.of("/sys/fs/bpf/acme/tenant");

    @Test
    void theRuntimeMakesTheseFiles() {
        PinPaths paths = new PinPaths(PIN, PinOptions.defaults(), MapAccess.READ_ONLY);

        assertThat(Arrays.stream(PinFile.values())
                        .filter(file -> file != PinFile.RETIRED) // there are only groups of them
                        .map(file -> file.of(PIN)))
                .containsExactlyInAnyOrder(
                        paths.schema(),
                        paths.inners(),
                        paths.draining(),
                        paths.requests(),
                        paths.uncounted(),
                        paths.lostEvents());
    }

    @Test
    void knowsWhatIsBesideAPin() {
        Path requests = PinFile.REQUESTS.of(PIN);

        assertThat(List.of(
                        requests,
                        PinFile.DRAINING.of(requests),
                        PinFile.INNERS.of(PIN),
                        PIN.resolveSibling("tenant-draining-4711"),
                        PIN.resolveSibling("tenant-requests-retired-17")))
                .allMatch(file -> PinFile.isBeside(file, List.of(PIN)));
        assertThat(List.of(PIN, PIN.resolveSibling("tenant-2"), PIN.resolveSibling("other-inner")))
                .noneMatch(file -> PinFile.isBeside(file, List.of(PIN)));
    }

    @Test
    void aCircleOfLinksIsNoMissingFile(@TempDir Path directory) throws IOException {
        Path ring = directory.resolve("ring");
        Files.createSymbolicLink(ring, ring);

        requireUnknown(ring.resolve("tenant"));

        Path gone = directory.resolve("tenant");
        assertThat(PinFiles.isEmpty(gone)).isTrue();
        assertThat(PinFiles.exists(gone)).isFalse();
        assertThat(PinFiles.exists(ring)).isTrue();
    }

    /** Root may look at every directory, so another user has to try. */
    @Test
    @KernelTest
    void aDirectoryOfAnotherUserIsNotEmpty() throws IOException {
        Path home = Files.createTempDirectory("nestmap-private");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            Path closed = Files.createDirectory(home.resolve("closed"));
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));

            assertThat(new ChildVm()
                            .asNobody("")
                            .run(Looking.class, closed.resolve("tenant").toString(), closed.toString()))
                    .contains("unknown");
        } finally {
            try (Stream<Path> all = Files.walk(home)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Looks for pins in a directory of another user. */
    static final class Looking {
        private Looking() {}

        public static void main(String[] arguments) {
            requireUnknown(Path.of(arguments[0]));
            assertThat(PinFiles.isEmpty(Path.of(arguments[1]))).isFalse();
            System.out.println("unknown");
        }
    }

    private static void requireUnknown(Path pin) {
        assertThat(PinFiles.isEmpty(pin)).isFalse();
        List<Consumer<Path>> searches =
                List.of(PinFiles::exists, path -> PinFiles.below(path, skipped -> {}), PinFiles::undrainable);
        for (Consumer<Path> search : searches) {
            ThrowingCallable call = () -> search.accept(pin);
            assertThatThrownBy(call)
                    .isInstanceOf(CommandFailedException.class)
                    .hasMessageContaining("can't know whether there is a file " + pin);
        }
    }
}
