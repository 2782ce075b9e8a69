/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.NotAMapException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.object.KernelObject;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.PinNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pins are made, found and removed, on any mount. */
@KernelTest
class KernelPinsTest {
    private static final MapShape COUNTS = new MapShape("counts", MapKind.ARRAY, 4, 8, 3, 0);

    private static final int NOBODY = 65534;

    @SuppressWarnings("NullAway.Init") // by BeforeAll
    private static BpfFs fs;

    @TempDir
    private Path elsewhere;

    private final KernelPins pins = new KernelPins();
    private final RawMap map = new KernelMapFactory().create(COUNTS, null);

    @BeforeAll
    static void mount() throws IOException {
        fs = BpfFs.mount();
    }

    @AfterAll
    static void unmount() throws IOException {
        if (fs != null) {
            fs.close();
        }
    }

    @BeforeEach
    void isEmpty() throws IOException {
        assertThat(fs.content()).isEmpty();
    }

    @AfterEach
    void close() throws IOException {
        map.close();
        for (String left :
                fs.content().stream().sorted((a, b) -> b.length() - a.length()).toList()) {
            Files.delete(fs.path(left));
        }
    }

    /** An {@code IOException} would be taken for one of the file to which a command saves counts. */
    @Test
    void theOwnerOfAPinThatIsGoneIsNoProblemOfAFile() {
        Path gone = fs.path("gone");

        assertBpfException(() -> PinAttributes.of(gone, null), "reading of the owner of " + gone)
                .hasReason(Reason.NOT_FOUND);
    }

    @Test
    void twoThreadsThatPinCreateOneDirectory() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 50; i++) {
                Path directory = fs.path("shared" + i);
                CyclicBarrier start = new CyclicBarrier(2);
                List<Callable<Boolean>> both = Stream.of("one", "two")
                        .<Callable<Boolean>>map(name -> () -> {
                            start.await();
                            pins.pin(map, directory.resolve(name), PinOptions.defaults());
                            return Files.exists(directory.resolve(name));
                        })
                        .toList();
                for (Future<Boolean> pinned : threads.invokeAll(both)) {
                    assertThat(pinned.get()).isTrue();
                }
            }
        } finally {
            threads.shutdown();
        }
    }

    /** Otherwise, only the first upgrade would notice it. */
    @ParameterizedTest
    @CsvSource({"EPERM, seccomp", "ENOSYS, seccomp"})
    void aRefusedExchangeIsNoticedBeforeAnythingIsPinned(Errno errno, String cause) throws IOException {
        pins.tryExchange(fs.path("."));

        assertBpfException(
                () -> WatchedThread.watch(
                        call -> call == SystemCall.RENAME_NEW ? errno : null, () -> pins.tryExchange(fs.path("."))),
                errno.name(),
                cause);
        assertThat(fs.content()).isEmpty();
    }

    @Test
    void aPinKeepsAMapThatNobodyHasOpen() {
        int id = map.id();
        pins.pin(map, fs.path("counts"), PinOptions.defaults());
        map.close();

        RawMap found = Objects.requireNonNull(pins.open(fs.path("counts"), MapAccess.READ_WRITE));

        assertThat(found.id()).isEqualTo(id);
        assertThat(found.shape()).isEqualTo(COUNTS);
        found.close();
        OffHeapBlock block = OffHeapBlock.allocate(16);
        try (RawMap reading = Objects.requireNonNull(pins.open(fs.path("counts"), MapAccess.READ_ONLY))) {
            assertThat(reading.lookup(block, 0, 8)).isZero();
            assertThat(reading.update(block, 0, 8, 0)).isEqualTo(-ErrnoNumbers.EPERM);
        }
    }

    @Test
    void createsDirectoriesWithOwnerAndMode() throws IOException {
        PinOptions options = PinOptions.in(fs.path("acme")).withPermissions("rw-r-----");

        new KernelPins(given(options)).pin(map, fs.path("acme/deep/counts"), options);

        assertThat(fs.content()).containsExactly("acme", "acme/deep", "acme/deep/counts");
        assertOwnerAndMode("acme/deep/counts", "rw-r-----");
        assertOwnerAndMode("acme/deep", "rwxr-x---");
        assertOwnerAndMode("acme", "rwxr-x---");
    }

    private static PinAttributes given(PinOptions options) {
        return new PinAttributes(options, new PinAttributes.Owner(12, 34));
    }

    /** Looks before each system call which users can already use the new directory and the new pin. */
    @Test
    void givesNobodyElseAccessMeanwhile() {
        PinOptions options = PinOptions.defaults().withPermissions("rw-rw----");

        assertThat(modesMeanwhile("own", new PinAttributes(options, null)))
                .allMatch(mode -> mode.endsWith("---"))
                .contains("0:rwxrwx---");
        assertThat(modesMeanwhile("given", given(options)))
                .allMatch(mode -> mode.endsWith("------") || mode.matches("34:.*---"))
                .contains("34:rwxrwx---", "34:rw-rw----");
    }

    /** Kills a process of root, which gives what it creates to another user, before each of its calls. That user then uses the directory. */
    @Test
    void theOwnerLocksADirectoryWhateverAKilledProcessHasLeft() throws Exception {
        Path service = fs.path("service");
        Files.createDirectory(service);
        Files.setAttribute(service, "unix:uid", NOBODY);
        int calls = 0;
        for (boolean isKilled = true; isKilled; calls++) {
            Path directory = service.resolve("pin-draining" + calls);
            Process process = new ChildVm().start(GivingRoot.class, directory, calls);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            isKilled = process.waitFor() == 128 + 9;
            assertThat(isKilled || output.contains("complete")).as(output).isTrue();
        }
        assertThat(calls).isGreaterThan(5);
        assertThat(new ChildVm().asNobody("+bpf").run(LockingOwner.class, service, calls))
                .contains("locked " + calls);
    }

    /** Locks a directory of the user nobody, and is killed before a change. */
    static final class GivingRoot {
        private GivingRoot() {}

        public static void main(String[] arguments) {
            PinOptions options = PinOptions.defaults();
            KernelPins pins = new KernelPins(new PinAttributes(options, new PinAttributes.Owner(NOBODY, NOBODY)));
            AtomicInteger change = new AtomicInteger(Integer.parseInt(arguments[1]));
            new WatchedThread()
                    .run(
                            call -> {
                                if (call.changes() && change.getAndDecrement() == 0) {
                                    WatchedThread.killThisProcess();
                                }
                                return null;
                            },
                            () -> Objects.requireNonNull(pins.lock(Path.of(arguments[0]), options))
                                    .close());
            System.out.println("complete");
            System.exit(0);
        }
    }

    /** Another thread may start a process at any moment. Until that runs its command, it has copies of all descriptors. */
    @Test
    void aClosedLockIsFreeWhileAnotherProcessStarts() throws IOException {
        Path directory = fs.path("set/owner");
        Pins.Lock lock = Objects.requireNonNull(pins.lock(directory, PinOptions.defaults()));
        int[] copies = fs.copiesOfOpenFiles();
        try {
            assertThat(pins.lock(directory, PinOptions.defaults())).isNull();
            lock.close();
            Objects.requireNonNull(pins.lock(directory, PinOptions.defaults())).close();
        } finally {
            Descriptors.close(copies);
        }
    }

    /** Locks all these directories. */
    static final class LockingOwner {
        private LockingOwner() {}

        public static void main(String[] arguments) {
            KernelPins pins = new KernelPins();
            int count = Integer.parseInt(arguments[1]);
            for (int i = 0; i < count; i++) {
                Path directory = Path.of(arguments[0]).resolve("pin-draining" + i);
                Objects.requireNonNull(pins.lock(directory, PinOptions.defaults()))
                        .close();
                pins.lock(directory.resolve("below"), PinOptions.defaults());
            }
            System.out.println("locked " + count);
        }
    }

    /** Creates a directory with a pin. Returns group and permissions that they have before each system call of this, and at the end. */
    private Set<String> modesMeanwhile(String directory, PinAttributes attributes) {
        Set<String> modes = ConcurrentHashMap.newKeySet();
        Path pin = fs.path(directory).resolve("counts");
        WatchedThread.watch(
                call -> {
                    addMode(fs.path(directory), modes);
                    addMode(pin, modes);
                    return null;
                },
                () -> new KernelPins(attributes).pin(map, pin, attributes.options()));
        addMode(pin, modes);
        return modes;
    }

    private static void addMode(Path path, Set<String> modes) {
        try {
            modes.add(Files.getAttribute(path, "unix:gid") + ":"
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        } catch (NoSuchFileException e) {
            // it is not there yet
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void moveReplacesAPinAndRemoveDeletesIt() throws IOException {
        pins.pin(map, fs.path("next"), PinOptions.defaults());
        RawMap other = new KernelMapFactory().create(COUNTS, null);
        pins.pin(other, fs.path("current"), PinOptions.defaults());
        other.close();

        pins.move(fs.path("next"), fs.path("current"));

        RawMap found = Objects.requireNonNull(pins.open(fs.path("current"), MapAccess.READ_WRITE));
        assertThat(found.id()).isEqualTo(map.id());
        found.close();
        assertThat(pins.list(fs.path(""))).contains(fs.path("current")).doesNotContain(fs.path("next"));
        pins.remove(fs.path("current"));
        pins.remove(fs.path("current"));
        assertThat(fs.content()).isEmpty();
        assertThat(pins.list(fs.path("nowhere"))).isEmpty();
    }

    /** The kernel lets nobody open the pin of such a map as a file. */
    @Test
    void setsTheTimeOfAMapWithoutBtf() {
        pins.pin(map, fs.path("counts"), PinOptions.defaults());
        Instant time = Instant.now();

        pins.setTime(fs.path("counts"), time);

        assertThat(pins.time(fs.path("counts"))).isEqualTo(time);
    }

    @Test
    void openingAMissingPinReturnsNull() {
        assertThat(pins.open(fs.path("counts"), MapAccess.READ_WRITE)).isNull();
        assertThat(pins.open(fs.path("nowhere/counts"), MapAccess.READ_WRITE)).isNull();
        // Somebody's outer map may have longer keys than the records allow, so that there can be no pin for them.
        Path tooLong = fs.path("a".repeat(PinNames.MOST + 1));
        assertThat(pins.exists(tooLong)).isFalse();
        assertThat(pins.open(tooLong, MapAccess.READ_WRITE)).isNull();
        pins.remove(tooLong);
    }

    @Test
    void rejectsAProgram() {
        KernelObject object = TestPrograms.load("nested", TestPrograms.object("nested.bpf.c"));
        int fd = NativeLibraries.libbpf()
                .bpf_prog_get_fd_by_id(object.programs().get(0).id());
        assertThat(NativeLibraries.libbpf().bpf_obj_pin(fd, fs.path("program").toString()))
                .isZero();
        NativeLibraries.libc().close(fd);
        object.close();

        assertThrown(
                NotAMapException.class,
                () -> pins.open(fs.path("program"), MapAccess.READ_WRITE),
                "the pin is not a map but a program: "
                        + object.programs().get(0).name());
    }

    @Test
    void rejectsAnOrdinaryFile() throws IOException {
        Path file = Files.writeString(elsewhere.resolve("counts"), "no pin");

        assertBpfException(() -> pins.open(file, MapAccess.READ_WRITE), "not a pin", "mount -t bpf");
    }

    @Test
    void reportsTheErrnoIfANewPinCanNotBeOpened() throws IOException {
        WatchedThread.watch(
                call -> call == SystemCall.OBJ_GET ? Errno.EACCES : null,
                // It is opened to give it other permissions.
                () -> assertBpfException(() -> pins.pin(
                                map, fs.path("denied"), PinOptions.defaults().withPermissions("rw-r-----")))
                        .hasErrno(Errno.EACCES));
        assertThat(fs.content()).doesNotContain("denied");
    }

    @Test
    void advisesToMountABpfFileSystem() {
        assertBpfException(() -> pins.pin(map, elsewhere.resolve("acme/counts"), PinOptions.defaults()), "mount -t bpf")
                .isOf("pinning of map counts at " + elsewhere.resolve("acme/counts"));
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void rejectsInvalidNames() {
        for (String name : List.of("a.b", "a.b/counts")) {
            assertBpfException(() -> pins.exists(fs.path(name)), "has a dot");
        }
        for (String name : List.of("a.b", "a.b/counts", "a\nb", "a\u0007b/counts")) {
            assertBpfException(
                    () -> pins.pin(map, fs.path(name), PinOptions.defaults()),
                    "the name \"" + (name.contains(".") ? "a.b" : "a?b") + "\" in " + fs.path("") + " has a "
                            + (name.contains(".") ? "dot" : "control character"));
        }
    }

    private static void assertOwnerAndMode(String name, String mode) throws IOException {
        Path path = fs.path(name);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo(mode);
        assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(12);
        assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(34);
    }
}
