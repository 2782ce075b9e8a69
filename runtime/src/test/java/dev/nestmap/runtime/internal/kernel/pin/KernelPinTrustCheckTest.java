/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.Mount;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.MapKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pins and directories that another user may change are rejected. */
@KernelTest
class KernelPinTrustCheckTest extends PinningTest {
    private static final int OTHER = 1001;
    private static final PinOptions OPTIONS = PinOptions.defaults();

    @TempDir
    private Path elsewhere;

    private final RawMap map = new KernelMapFactory().create(new MapShape("counts", MapKind.ARRAY, 4, 8, 3, 0), null);

    @BeforeEach
    void pinOne() {
        new KernelPins().pin(map, fs.path("acme/counts"), OPTIONS);
    }

    @AfterEach
    void close() {
        map.close();
    }

    /** Every operation that walks a path. */
    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    enum Operation {
        PIN((pins, map, acme) -> pins.pin(map, acme.resolve("more"), OPTIONS)),
        PIN_IN_A_NEW_DIRECTORY((pins, map, acme) -> pins.pin(map, acme.resolve("new/more"), OPTIONS)),
        OPEN((pins, map, acme) -> Objects.requireNonNull(pins.open(acme.resolve("counts"), MapAccess.READ_WRITE))
                .close()),
        EXISTS((pins, map, acme) ->
                assertThat(pins.exists(acme.resolve("counts"))).isTrue()),
        MOVE_FROM((pins, map, acme) -> pins.move(acme.resolve("counts"), acme.resolveSibling("counts"))),
        MOVE_TO((pins, map, acme) -> {
            pins.pin(map, acme.resolveSibling("counts"), OPTIONS);
            pins.move(acme.resolveSibling("counts"), acme.resolve("counts"));
        }),
        REMOVE((pins, map, acme) -> pins.remove(acme.resolve("counts"))),
        LOCK((pins, map, acme) ->
                Objects.requireNonNull(pins.lock(acme, OPTIONS)).close()),
        LIST((pins, map, acme) -> assertThat(pins.list(acme)).containsExactly(acme.resolve("counts"))),
        SET_TIME((pins, map, acme) -> pins.setTime(acme.resolve("counts"), Instant.now()));

        private final Use use;

        Operation(Use use) {
            this.use = use;
        }

        void run(Pins pins, RawMap map, Path acme) {
            use.of(pins, map, acme);
        }
    }

    private interface Use {
        void of(Pins pins, RawMap map, Path acme);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void rejectsTheDirectoryOfAnotherUser(Operation operation) throws IOException {
        Files.setAttribute(fs.path("acme"), "unix:uid", OTHER);

        assertBpfException(
                () -> operation.run(new KernelPins(), map, fs.path("acme")),
                "other users can replace the pins in the directory " + fs.path("acme")
                        + ", which belongs to user " + OTHER
                        + ". If user 1001 is your service's user, start this process as that user. If not, leave this directory alone,",
                "pin in a directory of your own");
        assertThat(fs.content()).contains("acme/counts").doesNotContain("acme/more", "acme/new");
    }

    /** Whoever holds a set has looked when it was opened. Whoever does not looks each time. */
    @ParameterizedTest
    @EnumSource(Operation.class)
    void looksOnceAtASetThatIsHeld(Operation operation) throws IOException {
        KernelPins kernel = new KernelPins();
        try (Pins.Lock held = kernel.hold(fs.path("acme"))) {
            assertThat(held).isNotNull();
            assertThat(kernel.exists(fs.path("acme/counts"))).isTrue();
            Files.setAttribute(fs.path("acme"), "unix:uid", OTHER);

            assertBpfException(
                    () -> operation.run(new KernelPins(), map, fs.path("acme")),
                    "the directory " + fs.path("acme") + ", which belongs to user " + OTHER);
            assertThat(fs.content()).contains("acme/counts").doesNotContain("acme/more", "acme/new");
            assertThat(kernel.isPinned(map, fs.path("acme/counts"))).isTrue();
        }
    }

    private static PinAttributes ofOther() {
        return new PinAttributes(OPTIONS, new PinAttributes.Owner(OTHER, 0));
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void usesTheDirectoryOfTheOwner(Operation operation) throws IOException {
        Files.setAttribute(fs.path("acme"), "unix:uid", OTHER);

        assertThatCode(() -> operation.run(new KernelPins(ofOther()), map, fs.path("acme")))
                .doesNotThrowAnyException();
    }

    @Test
    void rejectsADirectoryThatOthersMayWriteTo() throws IOException {
        Files.setAttribute(fs.path("acme"), "unix:mode", 0757);

        assertThatThrownBy(() -> open(OPTIONS))
                .hasMessageContaining(fs.path("acme") + ", which is writable for all users");
        assertBpfException(() -> open(OPTIONS.withPermissions("rw-rw-r--")));
        open(OPTIONS.withPermissions("rw-rw-rw-"));
    }

    @Test
    void rejectsADirectoryThatAnotherGroupMayWriteTo() throws IOException {
        Files.setAttribute(fs.path("acme"), "unix:mode", 0770);
        Files.setAttribute(fs.path("acme"), "unix:gid", 34);

        assertThatThrownBy(() -> open(OPTIONS))
                .hasMessageContaining(fs.path("acme") + ", which is writable for group 34")
                .hasMessageContaining(
                        "PinOptions.withPermissions(\"rw-rw----\"), and start this process with group 34");
        assertBpfException(() -> open(OPTIONS.withPermissions("rw-rw----")));
        Files.setAttribute(fs.path("acme"), "unix:gid", 0);
        assertBpfException(() -> open(OPTIONS));
        open(OPTIONS.withPermissions("rw-rw----"));
    }

    /** The root of a BPF file system that was mounted without options. Only the owner of a file may replace it there. */
    @Test
    void usesADirectoryWithTheStickyBit() throws IOException {
        Files.setAttribute(fs.path("acme"), "unix:mode", 01777);

        open(OPTIONS);
    }

    @Test
    void rejectsADirectoryAboveThePins() throws IOException {
        new KernelPins().pin(map, fs.path("acme/deep/counts"), OPTIONS);
        Files.setAttribute(fs.path("acme"), "unix:uid", OTHER);

        assertThatThrownBy(() -> new KernelPins().open(fs.path("acme/deep/counts"), MapAccess.READ_WRITE))
                .hasMessageContaining("the directory " + fs.path("acme") + ", which belongs to user 1001");
    }

    @Test
    void rejectsThePinOfAnotherUser() throws IOException {
        Files.setAttribute(fs.path("acme/counts"), "unix:uid", OTHER);

        assertBpfException(
                () -> open(OPTIONS),
                "the pin " + fs.path("acme/counts")
                        + " belongs to user 1001, who can write to the map. If user 1001 is your service's user, start this process as that"
                        + " user, or open the pin with MapAccess.READ_ONLY. If not, leave this directory alone,");
        Objects.requireNonNull(new KernelPins(ofOther()).open(fs.path("acme/counts"), MapAccess.READ_WRITE))
                .close();
    }

    @Test
    void readsThePinOfAnotherUser() throws IOException {
        Files.setAttribute(fs.path("acme/counts"), "unix:uid", OTHER);
        Files.setAttribute(fs.path("acme"), "unix:uid", OTHER);

        Objects.requireNonNull(KernelPins.forReading().open(fs.path("acme/counts"), MapAccess.READ_ONLY))
                .close();
    }

    @Test
    void followsALinkOfTheSuperuserToAMount() throws IOException {
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), fs.path(""));

        Objects.requireNonNull(new KernelPins().open(link.resolve("acme/counts"), MapAccess.READ_WRITE))
                .close();
    }

    /** A container sees one directory of the machine's BPF file system. */
    @ParameterizedTest
    @EnumSource(Operation.class)
    void usesADirectoryThatIsMountedAlone(Operation operation) throws Exception {
        new KernelPins().pin(map, fs.path("node/acme/counts"), OPTIONS);
        try (Mount alone = Mount.over(elsewhere, "--bind " + fs.path("node"))) {
            operation.run(new KernelPins(), map, alone.directory().resolve("acme"));
        }
    }

    @Test
    void rejectsALinkThatAnotherUserCanReplace() throws Exception {
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), fs.path(""));
        Files.setAttribute(elsewhere, "unix:mode", 0777);
        assertBpfException(
                () -> new KernelPins().exists(link.resolve("acme/counts")),
                link + " is a symbolic link, which another user could replace");

        Files.setAttribute(elsewhere, "unix:mode", 01777);
        assertThat(new KernelPins().exists(link.resolve("acme/counts"))).isTrue();

        InstalledCommand.line("chown -h " + OTHER + " " + link);
        assertBpfException(() -> new KernelPins().exists(link.resolve("acme/counts")), "is a symbolic link");
    }

    @Test
    void rejectsALinkInABpfFileSystem() throws IOException {
        Files.createSymbolicLink(fs.path("link"), fs.path("acme"));

        assertBpfException(
                () -> new KernelPins(OPTIONS).open(fs.path("link/counts"), MapAccess.READ_WRITE),
                fs.path("link") + " is a symbolic link");
    }

    private void open(PinOptions options) {
        Objects.requireNonNull(new KernelPins(options).open(fs.path("acme/counts"), MapAccess.READ_WRITE))
                .close();
    }
}
