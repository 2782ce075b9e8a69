/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfExceptionAssert;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A user without capabilities can neither hold nor remove what shows that a service owns its pinned link and its slots, unless the options
 * let the user write.
 */
@KernelTest
@Timeout(120)
class HostileUserTest extends UpgradeTest {
    private static final int USER = 65534;

    @TempDir
    private Path elsewhere;

    /** The directory of the pins, to which the user may write, or which the user may list. */
    enum Place {
        /** As a BPF file system that was mounted without options has it. */
        STICKY(options -> {
            Files.createDirectory(options.root());
            Files.setAttribute(options.root(), "unix:mode", 01777);
            return options;
        }),
        /** The user may read the pins. */
        GROUP_OF_READERS(options -> options.withPermissions("rw-r-----")),
        GROUP(options -> options.withPermissions("rw-rw----"));

        /** Makes a directory if it does not get it from the options. */
        private interface Preparation {
            PinOptions prepare(PinOptions options) throws IOException;
        }

        @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
        private final Preparation preparation;

        Place(Preparation preparation) {
            this.preparation = preparation;
        }

        PinOptions prepare(Path directory) throws IOException {
            return preparation.prepare(PinOptions.in(directory));
        }

        /** Whether the user may change the pins, because the options say so. */
        boolean isTrusted() {
            return this == GROUP;
        }
    }

    private Path directory() {
        return fs.path("service");
    }

    private static BpfExceptionAssert assertRefused(PinOptions options) {
        return assertBpfException(() -> open(options).load().close());
    }

    /** Starts a shell of the user in the directory of the pins. */
    private Process start(String commands) throws IOException {
        return new ProcessBuilder(
                        "setpriv",
                        "--reuid=" + USER,
                        "--regid=0", // the group of the service
                        "--clear-groups",
                        "--bounding-set=-all",
                        "--inh-caps=-all",
                        "sh",
                        "-c",
                        commands)
                .directory(directory().toFile())
                .redirectErrorStream(true)
                .start();
    }

    /** Whether commands of the user succeed. */
    private boolean user(String commands) throws IOException {
        Process shell = start(commands);
        shell.getInputStream().readAllBytes();
        return shell.onExit().join().exitValue() == 0;
    }

    @ParameterizedTest
    @EnumSource
    void holdsNoOwnershipUnlessTheOptionsLetTheUserWrite(Place place) throws Exception {
        PinOptions options = place.prepare(directory());
        open(options).load().close();
        Process holder = start("exec flock --no-fork owner sh -c 'echo held; exec sleep 60'");
        byte[] answer = holder.getInputStream().readNBytes("held".length());
        boolean isHeld = new String(answer, StandardCharsets.UTF_8).equals("held");
        assertThat(isHeld).isEqualTo(place.isTrusted());
        if (isHeld) {
            assertRefused(options).hasErrno(Errno.EAGAIN);
        }
        holder.destroyForcibly();
        holder.waitFor();
        open(options).load().close(); // nothing else is left
        Nestmap.openPinnedLink(PIN.path(), options).detach();
    }

    /** Starts and detachments would fail if they locked a directory that the user may open. */
    @ParameterizedTest
    @EnumSource
    void stopsNothingWithALockOfTheDirectory(Place place) throws Exception {
        PinOptions options = place.prepare(directory());
        open(options).load().close();
        Process holder = start("exec flock --no-fork . sh -c 'echo held; exec sleep 60'");
        assertThat(new String(holder.getInputStream().readNBytes("held".length()), StandardCharsets.UTF_8))
                .isEqualTo("held");
        int program = attachedProgram(options);
        open(options).load().close();
        assertThat(attachedProgram(options)).isNotEqualTo(program);
        Nestmap.openPinnedLink(PIN.path(), options).detach();
        holder.destroyForcibly();
        holder.waitFor();
    }

    @ParameterizedTest
    @EnumSource
    void removesNoOwnershipUnlessTheOptionsLetTheUserWrite(Place place) throws IOException {
        PinOptions options = place.prepare(directory());
        try (UpgradedBpf running = open(options).load()) {
            running.tenant().create(1);
            int program = attachedProgram(options);
            assertThat(user("flock -n owner true")).isFalse();
            assertThat(user("mv owner away && rmdir away")).isEqualTo(place.isTrusted());

            if (place.isTrusted()) {
                assertBpfException(
                        () -> running.tenant().create(2), "is not the directory that this process has locked");
                endOwner("service/count");
                open(options).load().close(); // SECURITY.md says so
                assertThat(attachedProgram(options)).isNotEqualTo(program);
            } else {
                assertRefused(options).hasErrno(Errno.EAGAIN);
                assertThat(attachedProgram(options)).isEqualTo(program);
            }
        }
        open(options).load().close();
        Nestmap.openPinnedLink(PIN.path(), options).detach();
    }

    /** The user exchanges an ownership for a directory, a link, or a pin, or makes it first. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GROUP_OF_READERS")
    void sendsTheServiceNowhereElse(Place place) throws IOException {
        PinOptions options = place.prepare(directory());
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path aside = Files.createDirectory(fs.path("aside"));
        UpgradedBpf.open(BpfObjects.of("upgraded")).pins(options).load().close();
        Files.delete(directory().resolve("owner"));
        for (Path target : List.of(elsewhere, aside)) {
            assertThat(user("ln -s " + target + " owner")).isTrue();
            assertRefused(options);
            assertThat(user("rm owner")).isTrue();
        }
        assertThat(user("mkdir -m 700 owner")).isTrue();
        assertRefused(options);
        assertThat(user("rmdir owner")).isTrue();
        assertThat(elsewhere).isEmptyDirectory();
        assertThat(aside).isEmptyDirectory();
        assertThat(Files.getOwner(elsewhere).getName()).isEqualTo("root");
        assertThat(Files.getOwner(aside).getName()).isEqualTo("root");
        open(options).load().close();
        Nestmap.openPinnedLink(PIN.path(), options).detach();
    }

    /** A file in an ownership keeps it from being removed, and stops nothing. */
    @Test
    void filesInAnOwnershipStopNothing() throws IOException {
        PinOptions options = Place.GROUP.prepare(directory());
        open(options).load().close();
        assertThat(user("mkdir owner/mine && ln -s / owner/link")).isTrue();
        try (UpgradedBpf bpf = open(options).load()) {
            discardDisplaced(bpf.tenant().waitingTickets());
            bpf.tenant().create(1);
            Objects.requireNonNull(bpf.tenant().rotate(1)).close();
        }
        Nestmap.openPinnedLink(PIN.path(), options).detach();
        try (Stream<Path> left = Files.list(directory().resolve("owner"))) {
            assertThat(left).hasSize(2);
        }
    }

    /** Somebody removes the directory each time before it is locked. */
    @Test
    void aStartThatNeverGetsTheDirectoryEnds() {
        open(pins).load().close();
        assertBpfException(() -> WatchedThread.watch(
                        call -> {
                            if (call == SystemCall.FLOCK) {
                                fs.path("owner").toFile().delete();
                            }
                            return null;
                        },
                        () -> open(pins).load().close()))
                .hasErrno(Errno.EAGAIN);
        open(pins).load().close();
        Nestmap.openPinnedLink(PIN.path(), pins).detach();
    }
}
