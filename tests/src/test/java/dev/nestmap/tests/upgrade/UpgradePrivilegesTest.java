/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * An upgrade by a user with the three capabilities of a service, who can't see which maps a program uses. A program whose link the upgrade
 * does not name goes on counting in the old maps.
 */
@KernelTest
@Timeout(120)
@ExtendWith(NetworkNamespace.class)
class UpgradePrivilegesTest extends PinningTest {
    private static final String CAPABILITIES = "+bpf,+net_admin,+perfmon";

    @TempDir
    private Path forAll;

    @BeforeEach
    void prepare() throws IOException {
        Files.setAttribute(fs.path(""), "unix:mode", 01777);
        Files.setPosixFilePermissions(forAll, PosixFilePermissions.fromString("rwxr-xr-x"));
        copy("before", BpfObjects.of("upgraded"));
        copy("later", BpfObjects.of("upgraded", "-DLATER"));
    }

    private void copy(String name, Path object) throws IOException {
        Path copy = Files.copy(object, forAll.resolve(name));
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
    }

    @Test
    void aLinkThatItDoesNotNameIsNoSilentLoss() throws IOException {
        assertThat(run("before", Writers.REFUSED, true)).contains("loaded");

        assertThat(run("later", Writers.REFUSED, false))
                .contains(
                        "it does not replace the programs of the pinned links " + fs.path("trace"),
                        "CAP_SYS_ADMIN",
                        ".attach(program, hook, link)",
                        "The maps stay as they are");
        assertThat(run("before", Writers.REFUSED, true)).contains("loaded");
        assertThat(run("later", Writers.ACCEPTED, false)).contains("loaded");
    }

    /** It may keep a program attached that counts in the maps. */
    @Test
    void aLinkThatItMayNotOpenIsNoSilentLoss() throws IOException {
        assertThat(run("before", Writers.REFUSED, true)).contains("loaded");
        Files.setAttribute(fs.path("trace"), "unix:uid", 0);

        assertThat(run("later", Writers.REFUSED, false))
                .contains("it does not replace the programs of the pinned links " + fs.path("trace"));
    }

    @Test
    void linksThatItNamesAreReplaced() throws IOException {
        assertThat(run("before", Writers.REFUSED, true)).contains("loaded");
        assertThat(run("later", Writers.REFUSED, true)).contains("loaded");
    }

    /** What remains of a link that was detached counts nothing. */
    @Test
    void aLinkThatWasRemovedIsNoWriter() throws IOException {
        assertThat(run("before", Writers.REFUSED, true)).contains("loaded");
        Files.delete(fs.path("trace"));
        assertThat(fs.content()).contains("owner");

        assertThat(run("later", Writers.REFUSED, false)).contains("loaded");
    }

    private String run(String version, Writers words, boolean attachesBoth) throws IOException {
        return new ChildVm()
                .asNobody(CAPABILITIES)
                .run(Upgrade.class, forAll, fs.path(""), version, words.name(), attachesBoth);
    }

    private enum Writers {
        REFUSED,
        ACCEPTED
    }

    /** Main class of a process that loads a version. */
    static final class Upgrade {
        private static final LinkPin COUNT = LinkPin.at(Path.of("count"));
        private static final LinkPin TRACE = LinkPin.at(Path.of("trace")).withReplacement(LinkPin.Replacement.GAP);

        private Upgrade() {}

        public static void main(String[] arguments) throws IOException {
            Path files = Path.of(arguments[0]);
            PinOptions pins = PinOptions.in(Path.of(arguments[1]));
            boolean attachesBoth = Boolean.parseBoolean(arguments[4]);
            try {
                if (arguments[2].equals("before")) {
                    UpgradedBpf.Open open = UpgradedBpf.open(files.resolve("before"))
                            .pins(pins)
                            .attachByName("count", Xdp.on("lo"), COUNT);
                    try (UpgradedBpf bpf = (attachesBoth
                                    ? open.attachByName("trace", Tracepoint.Raw.of("sys_enter"), TRACE)
                                    : open)
                            .load()) {
                        bpf.tenant().getOrCreate(1);
                    }
                } else {
                    boolean isAnyway = Writers.valueOf(arguments[3]) == Writers.ACCEPTED;
                    UpgradedLaterBpf.Open open = UpgradedLaterBpf.open(files.resolve("later"))
                            .pins(isAnyway ? pins.withOtherWriters() : pins)
                            .attachByName("count", Xdp.on("lo"), COUNT);
                    (attachesBoth ? open.attachByName("trace", Tracepoint.Raw.of("sys_enter"), TRACE) : open)
                            .load()
                            .close();
                }
                System.out.println("loaded");
            } catch (BpfException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
