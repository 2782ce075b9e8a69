/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.MapKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What leads to the errors of pins, and the advice for each cause. */
@KernelTest
class KernelPinErrorCausesTest extends PinningTest {
    private static final String LONG = "a".repeat(256);

    private final KernelPins kernel = new KernelPins();
    private final RawMap map = new KernelMapFactory().create(new MapShape("map", MapKind.HASH, 4, 8, 4, 0), null);

    /** Something that a test does with a path. */
    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    enum Action {
        PIN((path, test) -> test.kernel.pin(test.map, path, PinOptions.defaults())),
        OPEN((path, test) ->
                assertThat(test.kernel.open(path, MapAccess.READ_WRITE)).isNull()),
        REMOVE((path, test) -> test.kernel.remove(path)),
        MOVE((path, test) -> test.kernel.move(path, path.resolveSibling("moved"))),
        SET_TIME((path, test) -> test.kernel.setTime(path, Instant.EPOCH)),
        LOCK((path, test) ->
                assertThat(test.kernel.lock(path, PinOptions.defaults())).isNull());

        private final BiConsumer<Path, KernelPinErrorCausesTest> action;

        Action(BiConsumer<Path, KernelPinErrorCausesTest> action) {
            this.action = action;
        }

        void at(Path path, KernelPinErrorCausesTest test) {
            action.accept(path, test);
        }
    }

    @AfterEach
    void closeMap() {
        map.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PIN      | map         | EEXIST       | something is pinned there already
            PIN      | directory   | EEXIST       | something is pinned there already
            PIN      | map/below   |              | map is not a directory
            PIN      | LONG        | ENAMETOOLONG | at most 255 bytes
            PIN      | LONG/below  | ENAMETOOLONG | at most 255 bytes
            PIN      | circle/a    |              | is a symbolic link
            PIN      | a.b         |              | choose another name
            OPEN     | circle/a    |              | is a symbolic link
            OPEN     | directory   |              | is a directory
            OPEN     | link        |              | is a symbolic link
            LOCK     | circle/a    |              | is a symbolic link
            """)
    void theAdviceIsForTheCause(Action action, String name, Errno errno, String advice) throws IOException {
        prepare();

        assertRefused(action, name, errno, advice);
    }

    @ParameterizedTest
    @CsvSource({
        "PIN, new",
        "PIN, new/below",
        "REMOVE, map",
        "REMOVE, directory",
        "MOVE, map",
        "SET_TIME, map",
        "LOCK, new"
    })
    void aFileSystemMayBeReadOnly(Action action, String name) throws IOException {
        prepare();
        mount("remount,bind,ro");
        try {
            assertRefused(action, name, Errno.EROFS, "is mounted read-only");
        } finally {
            mount("remount,bind,rw");
        }
    }

    /** In a BPF file system, Nestmap refuses links before it follows them. */
    @ParameterizedTest
    @EnumSource
    void linksMayLeadInACircle(Action action, @TempDir Path directory) throws IOException {
        Path ring = directory.resolve("ring");
        Files.createSymbolicLink(ring, ring);

        assertBpfException(() -> action.at(ring.resolve("a"), this), "in a circle")
                .hasErrno(Errno.ELOOP);
    }

    /** These are right, and show that the rows above fail for their causes. */
    @Test
    void theKernelTakesWhatTheAdviceAsksFor() throws IOException {
        prepare();

        Action.PIN.at(fs.path("new"), this);
        Action.PIN.at(fs.path("a".repeat(255)), this);
        Action.OPEN.at(fs.path(LONG), this);
        Action.SET_TIME.at(fs.path("map"), this);
        Action.MOVE.at(fs.path("map"), this);
        Action.REMOVE.at(fs.path("moved"), this);
        assertThat(fs.path("moved")).doesNotExist();
    }

    private void prepare() throws IOException {
        kernel.pin(map, fs.path("map"), PinOptions.defaults());
        Files.createDirectory(fs.path("directory"));
        Files.createSymbolicLink(fs.path("link"), fs.path("map"));
        Files.createSymbolicLink(fs.path("circle"), fs.path("circle"));
    }

    private void assertRefused(Action action, String name, Errno errno, String advice) {
        Path path = fs.path(name.replace("LONG", LONG));
        assertBpfException(() -> action.at(path, this), advice).hasErrno(errno);
    }

    private void mount(String options) throws IOException {
        Process mount = new ProcessBuilder("mount", "-o", options, fs.path("").toString())
                .inheritIO()
                .start();
        assertThat(mount.onExit().join().exitValue()).isZero();
    }
}
