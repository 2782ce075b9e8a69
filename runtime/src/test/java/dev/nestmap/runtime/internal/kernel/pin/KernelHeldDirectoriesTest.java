/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** As long as somebody holds a set, each of its directories is opened once. */
@KernelTest
class KernelHeldDirectoriesTest extends PinningTest {
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

    private Pins.Lock hold() {
        return kernel.hold(fs.path("acme"));
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
            Files.move(fs.path("acme/now"), fs.path("moved"));
            Files.delete(fs.path("acme/owner"));
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

    /** Whoever holds a set asks its lock whether it is still where it was. */
    @ParameterizedTest
    @EnumSource(Change.class)
    void leadWhereTheyLed(Change change) throws IOException {
        kernel.pin(map, fs.path("acme/now/counts"), OPTIONS);
        try (Pins.Lock lock = Objects.requireNonNull(kernel.lock(fs.path("acme/owner"), OPTIONS));
                Pins.Lock held = hold()) {
            assertThat(held).isNotNull();
            assertThat(kernel.isPinned(map, fs.path("acme/now/counts"))).isTrue();
            change.change.make(fs);

            assertThat(kernel.isPinned(map, fs.path("acme/now/counts"))).isTrue();
            assertThat(new KernelPins().exists(fs.path("acme/now/counts"))).isFalse();
            assertThat(lock.isCurrent()).isFalse();
        } finally {
            if (change == Change.MOUNTED_OVER) {
                fs.unmount("acme"); // when no directory is open any more
            }
        }
    }

    @Test
    void areThoseOfTheGenerationThatThisProcessPublishes() {
        kernel.pin(map, fs.path("acme/now/old"), OPTIONS);
        kernel.pin(map, fs.path("acme/next/new"), OPTIONS);
        try (Pins.Lock held = hold()) {
            assertThat(held).isNotNull();
            assertThat(kernel.exists(fs.path("acme/now/new"))).isFalse();
            new KernelPins().exchange(fs.path("acme/now"), fs.path("acme/next"));

            assertThat(kernel.exists(fs.path("acme/now/new"))).isTrue();
        }
    }

    @Test
    void areCreatedAgainAfterSomebodyHasRemovedThem() throws IOException {
        Path pin = fs.path("acme/now/counts");
        try (Pins.Lock held = hold()) {
            assertThat(held).isNotNull();
            kernel.pin(map, pin, OPTIONS);
            Files.delete(pin);
            Files.delete(fs.path("acme/now"));

            assertThatThrownBy(() -> kernel.pin(map, pin, OPTIONS)).isInstanceOf(BpfException.class);
            kernel.pin(map, pin, OPTIONS);
            assertThat(pin).exists();
        }
    }

    @Test
    void areClosedWithTheLastHolder() throws IOException {
        Pins.Lock first = hold();
        Pins.Lock second = hold();
        kernel.pin(map, fs.path("acme/now/counts"), OPTIONS);
        kernel.list(fs.path("acme/now"));
        assertThat(fs.openFiles()).contains(fs.path("acme"), fs.path("acme/now"));
        first.close();
        assertThat(fs.openFiles()).contains(fs.path("acme"), fs.path("acme/now"));
        second.close();
        assertThat(fs.openFiles()).isEmpty();
    }

    /** A descriptor that one thread closes too early has the number of a file that another one has opened. */
    @Test
    void threadsUseThemWhileOthersReplaceAndCloseThem() throws Exception {
        assertThat(Await.inThreads(5, thread -> thread < 4 ? usePins(thread) : exchangeGenerations()))
                .allMatch(done -> done > 0);

        assertThat(fs.openFiles()).isEmpty();
    }

    /** The generations may be exchanged between two calls, so the pin of this thread may be in the other one. */
    private int usePins(int thread) {
        int found = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Path pin = fs.path("acme/now/by-" + thread);
            try (Pins.Lock held = hold()) {
                assertThat(held).isNotNull();
                kernel.remove(pin);
                kernel.pin(map, pin, OPTIONS);
                RawMap opened = kernel.open(pin, MapAccess.READ_WRITE);
                if (opened != null) {
                    assertThat(opened.id()).isEqualTo(map.id());
                    opened.close();
                    found++;
                }
            } catch (BpfException e) {
                assertThat(e.errno()).as("%s", e).isEqualTo(Errno.EEXIST);
            }
        }
        return found;
    }

    private int exchangeGenerations() {
        KernelPins other = new KernelPins();
        other.createDirectory(fs.path("acme/now"), OPTIONS);
        other.createDirectory(fs.path("acme/next"), OPTIONS);
        for (int i = 0; i < ROUNDS; i++) {
            other.exchange(fs.path("acme/now"), fs.path("acme/next"));
        }
        return ROUNDS;
    }
}
