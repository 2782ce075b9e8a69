/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
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
@Tag("jdk-independent")
class HostileUserTest extends PinningTest {
    private static final int USER = 65534;
    private static final LinkPin PIN = LinkPin.at(Path.of("count"));
    private static final List<String> OWNERSHIPS = List.of("owner");

    @TempDir
    private Path elsewhere;

    /** The directory of the pins, to which the user may write, or which the user may list. */
    enum Place {
        /** As a BPF file system that was mounted without options has it. */
        STICKY {
            @Override
            PinOptions prepare(Path directory) throws IOException {
                Files.createDirectory(directory);
                Files.setAttribute(directory, "unix:mode", 01777);
                return PinOptions.in(directory);
            }
        },
        /** The user may read the pins. */
        GROUP_OF_READERS {
            @Override
            PinOptions prepare(Path directory) {
                return PinOptions.in(directory).withPermissions("rw-r-----").withOwner(0, USER);
            }
        },
        GROUP {
            @Override
            PinOptions prepare(Path directory) {
                return PinOptions.in(directory).withPermissions("rw-rw----").withOwner(0, USER);
            }
        },
        OWN {
            @Override
            PinOptions prepare(Path directory) {
                return PinOptions.in(directory).withOwner(USER, USER);
            }
        };

        abstract PinOptions prepare(Path directory) throws IOException;

        /** Whether the user may change the pins, because the options say so. */
        boolean isTrusted() {
            return this == GROUP || this == OWN;
        }
    }

    private Path directory() {
        return fs.path("service");
    }

    private static UpgradedBpf.Open open(PinOptions options) {
        return UpgradedBpf.open(BpfObjects.of("upgraded")).pins(options).attachByName("count", Xdp.on("lo"), PIN);
    }

    private static int attachedProgram(PinOptions options) {
        try (KernelLink link = Nestmap.openPinnedLink(PIN.path(), options)) {
            return link.info().programId();
        }
    }

    private static BpfException refused(PinOptions options) {
        BpfException refused = catchThrowableOfType(
                BpfException.class, () -> open(options).load().close());
        assertThat(refused).as("the start fails").isNotNull();
        return refused;
    }

    /** Starts a shell of the user in the directory of the pins. */
    private Process start(String commands) throws IOException {
        return new ProcessBuilder(
                        "setpriv",
                        "--reuid=" + USER,
                        "--regid=" + USER,
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
    void holdsNoOwnershipUnlessTheOptionsLetTheUserWrite(Place place) throws Throwable {
        PinOptions options = place.prepare(directory());
        NetworkNamespace.run(() -> {
            open(options).load().close();
            for (String ownership : OWNERSHIPS) {
                Process holder = start("exec flock --no-fork " + ownership + " sh -c 'echo held; exec sleep 60'");
                byte[] answer = holder.getInputStream().readNBytes("held".length());
                boolean isHeld = new String(answer, StandardCharsets.UTF_8).equals("held");
                assertThat(isHeld).as(ownership).isEqualTo(place.isTrusted());
                if (isHeld) {
                    assertThat(refused(options).errno()).isEqualTo(Errno.EAGAIN);
                }
                holder.destroyForcibly();
                assertThat(holder.waitFor(10, TimeUnit.SECONDS)).isTrue();
                open(options).load().close(); // nothing else is left
            }
            Nestmap.openPinnedLink(PIN.path(), options).detach();
        });
    }

    /** Starts and detachments would fail after half a minute if they locked a directory that the user may open. */
    @ParameterizedTest
    @EnumSource
    @Timeout(25)
    void stopsNothingWithALockOfTheDirectory(Place place) throws Throwable {
        PinOptions options = place.prepare(directory());
        NetworkNamespace.run(() -> {
            open(options).load().close();
            Process holder = start("exec flock --no-fork . sh -c 'echo held; exec sleep 60'");
            assertThat(new String(holder.getInputStream().readNBytes("held".length()), StandardCharsets.UTF_8))
                    .isEqualTo("held");
            int program = attachedProgram(options);
            open(options).load().close();
            assertThat(attachedProgram(options)).isNotEqualTo(program);
            Nestmap.openPinnedLink(PIN.path(), options).detach();
            holder.destroyForcibly();
            assertThat(holder.waitFor(10, TimeUnit.SECONDS)).isTrue();
        });
    }

    @ParameterizedTest
    @EnumSource
    void removesNoOwnershipUnlessTheOptionsLetTheUserWrite(Place place) throws Throwable {
        PinOptions options = place.prepare(directory());
        NetworkNamespace.run(() -> {
            try (UpgradedBpf running = open(options).load()) {
                running.tenant().create(1);
                int program = attachedProgram(options);
                for (String ownership : OWNERSHIPS) {
                    assertThat(user("flock -n " + ownership + " true")).isFalse();
                    assertThat(user("mv " + ownership + " away && rmdir away"))
                            .as(ownership)
                            .isEqualTo(place.isTrusted());
                }
                if (place.isTrusted()) {
                    assertThatThrownBy(() -> running.tenant().create(2))
                            .hasMessageContaining("is not the one that this process has locked");
                    endOwner("service/count");
                    open(options).load().close(); // SECURITY.md says so
                    assertThat(attachedProgram(options)).isNotEqualTo(program);
                } else {
                    assertThat(refused(options).errno()).isEqualTo(Errno.EAGAIN);
                    assertThat(attachedProgram(options)).isEqualTo(program);
                }
            }
            open(options).load().close();
            Nestmap.openPinnedLink(PIN.path(), options).detach();
        });
    }

    /** The user exchanges an ownership for a directory, a link, or a pin, or makes it first. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GROUP_OF_READERS")
    void sendsTheServiceNowhereElse(Place place) throws Throwable {
        PinOptions options = place.prepare(directory());
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path aside = Files.createDirectory(fs.path("aside"));
        NetworkNamespace.run(() -> {
            UpgradedBpf.open(BpfObjects.of("upgraded")).pins(options).load().close();
            for (String ownership : OWNERSHIPS) {
                Files.delete(directory().resolve(ownership));
                for (Path target : List.of(elsewhere, aside)) {
                    assertThat(user("ln -s " + target + " " + ownership)).isTrue();
                    refused(options);
                    assertThat(user("rm " + ownership)).isTrue();
                }
                assertThat(user("mkdir -m 700 " + ownership)).isTrue();
                if (place == Place.OWN) {
                    open(options).load().close(); // it is as if the service had made it
                    assertThat(user("rmdir " + String.join(" ", OWNERSHIPS))).isTrue();
                } else {
                    refused(options);
                    assertThat(user("rmdir " + ownership)).isTrue();
                }
            }
            assertThat(elsewhere).isEmptyDirectory();
            assertThat(aside).isEmptyDirectory();
            assertThat(Files.getOwner(elsewhere).getName()).isEqualTo("root");
            assertThat(Files.getOwner(aside).getName()).isEqualTo("root");
            open(options).load().close();
            Nestmap.openPinnedLink(PIN.path(), options).detach();
        });
    }

    /** A file in an ownership keeps it from being removed, and stops nothing. */
    @ParameterizedTest
    @EnumSource(names = {"GROUP", "OWN"})
    void filesInAnOwnershipStopNothing(Place place) throws Throwable {
        PinOptions options = place.prepare(directory());
        NetworkNamespace.run(() -> {
            open(options).load().close();
            for (String ownership : OWNERSHIPS) {
                assertThat(user("mkdir " + ownership + "/mine && ln -s / " + ownership + "/link"))
                        .isTrue();
            }
            try (UpgradedBpf bpf = open(options).load()) {
                discardDisplaced(bpf.tenant().waitingTickets());
                bpf.tenant().create(1);
                Objects.requireNonNull(bpf.tenant().rotate(1)).close();
            }
            Nestmap.openPinnedLink(PIN.path(), options).detach();
            try (Stream<Path> left = Files.list(directory().resolve("owner"))) {
                assertThat(left).hasSize(2);
            }
        });
    }

    /** Somebody removes the directory each time before it is locked. */
    @Test
    void aStartThatNeverGetsTheDirectoryEnds() throws Throwable {
        NetworkNamespace.run(() -> {
            open(pins).load().close();
            try (WatchedThread thread = new WatchedThread()) {
                BpfException refused = catchThrowableOfType(
                        BpfException.class,
                        () -> thread.run(
                                call -> {
                                    if (call == SystemCall.FLOCK) {
                                        try {
                                            Files.deleteIfExists(fs.path("owner"));
                                        } catch (IOException e) {
                                            throw new UncheckedIOException(e);
                                        }
                                    }
                                    return null;
                                },
                                () -> open(pins).load().close()));
                assertThat(refused).isNotNull();
                assertThat(refused.errno()).isEqualTo(Errno.EAGAIN);
            }
            open(pins).load().close();
            Nestmap.openPinnedLink(PIN.path(), pins).detach();
        });
    }
}
