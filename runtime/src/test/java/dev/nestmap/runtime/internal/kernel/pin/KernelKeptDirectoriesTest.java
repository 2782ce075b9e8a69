/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.schema.MapKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** As long as a lock is held, the directories of pins are open. They are used as long as they are at their paths. */
@KernelTest
class KernelKeptDirectoriesTest extends PinningTest {
    private static final PinOptions OPTIONS = PinOptions.defaults();
    private static final int ROUNDS = 500;

    private final KernelPins kernel = new KernelPins();
    private final RawMap map = new KernelMapFactory().create(new MapShape("counts", MapKind.ARRAY, 4, 8, 3, 0), null);

    @BeforeEach
    void pinOne() {
        kernel.pin(map, fs.path("acme/counts"), OPTIONS);
    }

    @AfterEach
    void close() {
        map.close();
    }

    private Pins.Lock lock() {
        return Objects.requireNonNull(kernel.lock(fs.path("acme/lock"), OPTIONS));
    }

    /** Another process of root has created the directory for the user of a service at this moment. */
    @Test
    void aDirectoryThatRootIsGivingAwayIsNotRemoved() throws IOException {
        Path directory = Files.createDirectory(
                fs.path("new"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Object inode = Files.getAttribute(directory, "unix:ino");
        PinAttributes service = new PinAttributes(OPTIONS, new PinAttributes.Owner(65534, 65534));
        AtomicInteger opened = new AtomicInteger();
        WatchedThread.watch(
                call -> {
                    if (call == SystemCall.OPENAT) {
                        giveAwayAfterAWhile(directory, opened.incrementAndGet());
                    }
                    return null;
                },
                () -> new KernelPins(service).pin(map, directory.resolve("counts"), OPTIONS));

        assertThat(directory.resolve("counts")).exists();
        assertThat(Files.getAttribute(directory, "unix:ino")).isEqualTo(inode);
    }

    private static void giveAwayAfterAWhile(Path directory, int opened) {
        try {
            Files.setLastModifiedTime(directory, FileTime.from(Instant.now()));
            if (opened == 20) {
                Files.setAttribute(directory, "unix:uid", 65534);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What somebody does to a directory. */
    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    enum Change {
        REMOVED(fs -> {
            Files.delete(fs.path("acme/counts"));
            Files.delete(fs.path("acme/lock"));
            Files.delete(fs.path("acme"));
        }),
        MOVED(fs -> Files.move(fs.path("acme"), fs.path("moved"))),
        REPLACED(fs -> {
            Files.move(fs.path("acme"), fs.path("moved"));
            Files.createDirectory(fs.path("acme"));
        }),
        MOUNTED_OVER(fs -> fs.mountOver("acme"));

        private final FileSystemChange change;

        Change(FileSystemChange change) {
            this.change = change;
        }
    }

    private interface FileSystemChange {
        void make(BpfFs fs) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Change.class)
    void aPathLeadsWhereItLeadsNow(Change change) throws IOException {
        try (Pins.Lock lock = lock()) {
            assertThat(kernel.isPinned(map, fs.path("acme/counts"))).isTrue();
            change.change.make(fs);

            assertThat(kernel.isPinned(map, fs.path("acme/counts"))).isFalse();
            kernel.pin(map, fs.path("acme/counts"), OPTIONS);
            assertThat(fs.path("acme/counts")).exists();
            assertThat(kernel.list(fs.path("acme"))).contains(fs.path("acme/counts"));
            kernel.remove(fs.path("acme/counts"));
            assertThat(fs.path("acme/counts")).doesNotExist();
            try (Pins.Lock second = Objects.requireNonNull(kernel.lock(fs.path("acme/lock"), OPTIONS))) {
                assertThat(second.isCurrent()).isTrue();
            }
            assertThat(lock.isCurrent()).isFalse();
        } finally {
            if (change == Change.MOUNTED_OVER) {
                fs.unmount("acme"); // when no directory is open any more
            }
        }
    }

    @Test
    void areClosedWithTheLastLock() throws IOException {
        Pins.Lock first = lock();
        Pins.Lock second = Objects.requireNonNull(kernel.lock(fs.path("acme/deep/lock"), OPTIONS));
        kernel.list(fs.path("acme/deep"));
        assertThat(fs.openFiles()).hasSizeGreaterThan(2);
        first.close();
        first.close(); // does nothing the second time
        assertThat(fs.openFiles()).contains(fs.path("acme"), fs.path("acme/deep"));
        second.close();
        assertThat(fs.openFiles()).isEmpty();
    }

    @Test
    void aFailedAttemptClosesThem() throws IOException {
        try (Pins.Lock lock = lock()) {
            assertThat(new KernelPins().lock(fs.path("acme/lock"), OPTIONS)).isNull();
            assertThat(lock.isCurrent()).isTrue();
        }
        assertThat(fs.openFiles()).isEmpty();
    }

    /** A descriptor that one thread closes too early has the number of a file that another one has opened. */
    @Test
    void threadsUseThemWhileOthersReplaceAndCloseThem() throws Exception {
        assertThat(Await.inThreads(5, thread -> thread < 4 ? usePins(thread) : replaceDirectories()))
                .allMatch(done -> done > 0);

        assertThat(fs.openFiles()).isEmpty();
    }

    /** The directory may be replaced between two calls, so the pin of this thread may be in the one that was moved away. */
    private int usePins(int thread) {
        int found = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Path pin = fs.path("acme/by-" + thread);
            try (Pins.Lock lock = kernel.lock(fs.path("acme/lock-" + thread), OPTIONS)) {
                assertThat(lock).as("only this thread locks it").isNotNull();
                kernel.remove(pin);
                kernel.pin(map, pin, OPTIONS);
                RawMap opened = kernel.open(pin, MapAccess.READ_WRITE);
                if (opened != null) {
                    assertThat(opened.id()).isEqualTo(map.id());
                    opened.close();
                    found++;
                }
            } catch (BpfException e) {
                // Only that a directory or pin is missing, because it was moved or was there before.
                assertThat(e.errno()).as("%s", e).isIn(Errno.ENOENT, Errno.EEXIST);
            }
        }
        return found;
    }

    private int replaceDirectories() {
        try {
            for (int i = 0; i < ROUNDS; i++) {
                if (Files.exists(fs.path("acme"))) {
                    Files.move(fs.path("acme"), fs.path("moved" + i));
                }
            }
            return ROUNDS;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
