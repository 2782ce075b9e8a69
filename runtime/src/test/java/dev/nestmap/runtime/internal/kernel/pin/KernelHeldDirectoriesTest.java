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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
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

    /**
     * Another process of root has created the directory for the user of a service at this moment. On a busy machine, this process may pause for
     * so long that the other one counts as killed: then it begins again.
     */
    @Test
    void aDirectoryThatRootIsGivingAwayIsNotRemoved() throws IOException {
        Duration pause;
        int attempt = 0;
        do {
            pause = pinWhereRootIsGivingAway(fs.path("new" + attempt));
        } while (pause.compareTo(PinDirectories.CREATION_TIME) >= 0 && ++attempt < 100);
        assertThat(pause).as("of the last attempt").isLessThan(PinDirectories.CREATION_TIME);
    }

    /** Returns the longest time between two calls. */
    private Duration pinWhereRootIsGivingAway(Path directory) throws IOException {
        Files.createDirectory(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Object inode = Files.getAttribute(directory, "unix:ino");
        PinAttributes service = new PinAttributes(OPTIONS, new PinAttributes.Owner(65534, 65534));
        List<Instant> opened = new ArrayList<>();
        WatchedThread.watch(
                call -> {
                    if (call == SystemCall.OPENAT) {
                        opened.add(Instant.now());
                        giveAwayAfterAWhile(directory, opened.size());
                    }
                    return null;
                },
                () -> new KernelPins(service).pin(map, directory.resolve("counts"), OPTIONS));
        opened.add(Instant.now());
        Duration pause = IntStream.range(1, opened.size())
                .mapToObj(i -> Duration.between(opened.get(i - 1), opened.get(i)))
                .max(Comparator.naturalOrder())
                .orElseThrow();

        assertThat(directory.resolve("counts")).exists();
        if (pause.compareTo(PinDirectories.CREATION_TIME) < 0) {
            assertThat(Files.getAttribute(directory, "unix:ino")).isEqualTo(inode);
            assertThat(opened.size()).isGreaterThan(20);
        }
        return pause;
    }

    private static void giveAwayAfterAWhile(Path directory, int opened) {
        try {
            Files.setLastModifiedTime(directory, FileTime.from(Instant.now()));
            if (opened == 20) {
                Files.setAttribute(directory, "unix:uid", 65534);
            }
        } catch (NoSuchFileException e) {
            // It was removed after a pause, and comes back.
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
