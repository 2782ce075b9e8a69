/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.kernel.pin.PinAttributes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.schema.MapKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Another user replaces a file or directory before each system call of an operation on pins: with a symbolic link to files elsewhere, a
 * hard link, or another pin. No file of somebody else may change.
 */
@KernelTest
class KernelPinLinksTest {
    private static final PinOptions OPTIONS = PinOptions.defaults().withPermissions("rw-rw-rw-");
    private static final MapShape COUNTS = new MapShape("counts", MapKind.ARRAY, 4, 8, 3, 0);

    @ParameterizedTest
    @EnumSource(Attack.class)
    @Tag("long")
    void changesNoFileElsewhere(Attack attack) throws IOException {
        int calls = 0;
        try (WatchedThread thread = new WatchedThread()) {
            while (changesNoFileElsewhere(attack, calls, thread)) {
                calls++;
            }
        }

        assertThat(calls).as("calls before which it was replaced").isPositive();
    }

    /** Replaces the file before one more call each time. Returns false if there are no more calls. */
    private static boolean changesNoFileElsewhere(Attack attack, int call, WatchedThread thread) throws IOException {
        try (BpfFs fs = BpfFs.mount()) {
            Path elsewhere = fs.path("elsewhere");
            makePins(elsewhere);
            List<String> before = describe(elsewhere);
            Replacement replacement = new Replacement(
                    fs.path(attack.place), elsewhere.resolve(attack.target), call, Files::createSymbolicLink);
            thread.run(replacement, () -> operate(attack, fs));
            assertThat(describe(elsewhere))
                    .as("changed elsewhere, by a replacement before call %s of %s", call, attack)
                    .isSubsetOf(before);
            return replacement.done;
        }
    }

    /** Otherwise the file would belong to the owner in the options, and would then be trusted. */
    @ParameterizedTest
    @EnumSource(Substitute.class)
    void givesNoFileAwayThatReplacesANewPin(Substitute substitute) throws IOException {
        int calls = 0;
        try (WatchedThread thread = new WatchedThread()) {
            while (givesNoFileAway(substitute, calls, thread)) {
                calls++;
            }
        }

        assertThat(calls).as("calls before which the pin was replaced").isPositive();
    }

    private static boolean givesNoFileAway(Substitute substitute, int call, WatchedThread thread) throws IOException {
        try (BpfFs fs = BpfFs.mount()) {
            Path file = fs.path("elsewhere/file");
            makePins(fs.path("elsewhere"));
            substitute.prepare(file);
            List<Object> before = fileOwnerAndMode(file);
            Replacement replacement = new Replacement(fs.path("acme/counts"), file, call, substitute);
            thread.run(replacement, () -> operate(Attack.NEW_PIN, fs));
            try (Stream<Path> all = Files.walk(fs.path(""))) {
                assertThat(all.map(KernelPinLinksTest::fileOwnerAndMode)
                                .filter(found -> found.get(0).equals(before.get(0))))
                        .as("a replacement before call %s", call)
                        .allMatch(before::equals);
            }
            return replacement.done;
        }
    }

    private static List<Object> fileOwnerAndMode(Path file) {
        try {
            Map<String, Object> found = Files.readAttributes(file, "unix:ino,uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
            return List.of(found.get("ino"), found.get("uid"), found.get("gid"), found.get("mode"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What another user puts into the place of a file. */
    @FunctionalInterface
    interface Put {
        void put(Path place, Path target) throws IOException;

        /** Whether to put it there before calls of this kind. Most calls only read, so trying all of them takes minutes. */
        default boolean isBefore(SystemCall call) {
            return call.changes() || call == SystemCall.OBJ_GET;
        }
    }

    /** What another user puts into the place of a new pin, besides a symbolic link. */
    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    enum Substitute implements Put {
        HARD_LINK(Files::createLink),
        THEIR_OWN_PIN((place, target) -> Files.move(target, place)),
        ANOTHER_PIN_OF_THIS_USER((place, target) -> Files.move(target, place));

        private final Put put;

        Substitute(Put put) {
            this.put = put;
        }

        @Override
        public void put(Path place, Path target) throws IOException {
            put.put(place, target);
        }

        @Override
        public boolean isBefore(SystemCall call) {
            return true;
        }

        /** Prepares the file that gets into the place. */
        void prepare(Path target) throws IOException {
            if (this == THEIR_OWN_PIN) {
                Files.setAttribute(target, "unix:uid", 1001);
            }
        }
    }

    /** Replaces a file or directory before a call with a certain number. */
    private static final class Replacement implements WatchedThread.Watcher {
        private final Path place;
        private final Path target;
        private final Put put;
        private int left;
        private volatile boolean done;

        /** @param call number of the call, counted from 0 while the place exists */
        Replacement(Path place, Path target, int call, Put put) {
            this.place = place;
            this.target = target;
            this.left = call;
            this.put = put;
        }

        @Override
        public @Nullable Errno before(SystemCall call) {
            if (put.isBefore(call) && !done && Files.exists(place, LinkOption.NOFOLLOW_LINKS) && left-- == 0) {
                try {
                    Files.move(place, place.resolveSibling(place.getFileName() + "~aside"));
                    put.put(place, target);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                done = true;
            }
            return null;
        }
    }

    /** Pins of a process of root for another user. */
    private static KernelPins given() {
        return new KernelPins(new PinAttributes(OPTIONS, new PinAttributes.Owner(12, 34)));
    }

    private static void operate(Attack attack, BpfFs fs) {
        try (RawMap map = new KernelMapFactory().create(COUNTS, null)) {
            attack.operation.run(fs, new KernelPins(), map);
        } catch (BpfException e) {
            // Rejecting the link is right, and so is the use of the directory that was opened before.
            assertThat(e).hasMessageContaining(fs.path("").toString());
        }
    }

    /** What is replaced during which operation. */
    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    enum Attack {
        NEW_PIN("acme/counts", "file", (fs, pins, map) -> given().pin(map, fs.path("acme/counts"), OPTIONS)),
        NEW_DIRECTORY("acme", "", (fs, pins, map) -> given().pin(map, fs.path("acme/counts"), OPTIONS)),
        DIRECTORY_OF_REMOVED_PINS("acme", "", (fs, pins, map) -> {
            pins.pin(map, fs.path("acme/file"), PinOptions.defaults());
            pins.list(fs.path("acme")).forEach(pins::remove);
        }),
        SOURCE_OF_A_MOVE("acme", "", (fs, pins, map) -> {
            pins.pin(map, fs.path("acme/file"), PinOptions.defaults());
            pins.move(fs.path("acme/file"), fs.path("moved"));
        }),
        TARGET_OF_A_MOVE("acme", "", (fs, pins, map) -> {
            pins.pin(map, fs.path("acme/file"), PinOptions.defaults());
            pins.pin(map, fs.path("next"), PinOptions.defaults());
            pins.move(fs.path("next"), fs.path("acme/file"));
        }),
        LOCKED_DIRECTORY("owner", "", (fs, pins, map) -> {
            Pins.Lock lock = given().lock(fs.path("owner"), OPTIONS);
            if (lock != null) {
                lock.close();
            }
        }),
        GENERATION("next", "", (fs, pins, map) -> {
            PinnedCounts.create(PinnedCounts.BEFORE, fs);
            PinnedCounts.migrate(PinnedCounts.AFTER, pins, fs);
            pins.pin(map, fs.path("").resolve("next/tenant-inner/7"), PinOptions.defaults());
            PinnedCounts.migrate(PinnedCounts.AFTER, pins, fs);
        });

        private final String place;
        private final String target;
        private final Operation operation;

        Attack(String place, String target, Operation operation) {
            this.place = place;
            this.target = target;
            this.operation = operation;
        }
    }

    private interface Operation {
        void run(BpfFs fs, KernelPins pins, RawMap map);
    }

    /** Pins with the names of the pins that the operations change. */
    private static void makePins(Path elsewhere) {
        RawMap map = new KernelMapFactory().create(COUNTS, null);
        KernelPins pins = new KernelPins();
        List.of("file", "7", "tenant", "tenant-schema", "barrier", "tenant-inner/7", "before/7")
                .forEach(name -> pins.pin(map, elsewhere.resolve(name), PinOptions.defaults()));
        map.close();
    }

    private static List<String> describe(Path elsewhere) throws IOException {
        List<String> files = new ArrayList<>(); // a removed file also changes its directory
        try (Stream<Path> all = Files.walk(elsewhere)) {
            for (Path file : all.sorted().toList()) {
                files.add(elsewhere.relativize(file)
                        + new TreeMap<>(Files.readAttributes(file, "unix:uid,gid,mode,nlink,ctime")).toString());
            }
        }
        return files;
    }
}
