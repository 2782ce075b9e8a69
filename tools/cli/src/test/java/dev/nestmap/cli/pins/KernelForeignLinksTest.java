/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.CommandRun;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.MapKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The user of a service may change what is beside its pins, and root runs the command: it follows no symbolic link there, so it neither
 * reads nor deletes files of others.
 */
@KernelTest
class KernelForeignLinksTest extends PinningTest {
    private static final int SWAPPED_RUNS = 40;

    private final RawMap inner =
            new KernelMapFactory().create(new MapShape("flow_map", MapKind.HASH, 4, 8, 64, 0), null);
    private final RawMap outer =
            new KernelMapFactory().create(new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 8, 0), inner);

    @TempDir
    private Path directory;

    private Path victim = Path.of("");
    private Path pin = Path.of("");

    @BeforeEach
    void pinOuter() throws IOException {
        victim = Files.createDirectory(directory.resolve("victim"));
        Files.writeString(victim.resolve("passwd"), "root");
        Files.createDirectory(victim.resolve("empty"));
        pin = fs.path("acme/now/tenant");
        pinAgain();
    }

    @AfterEach
    void closeMaps() {
        outer.close();
        inner.close();
    }

    private void pinAgain() {
        KernelPins to = new KernelPins(pins);
        for (Path path : new Path[] {pin, PinFile.SCHEMA.of(pin)}) {
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                to.pin(path.equals(pin) ? outer : inner, path, pins);
            }
        }
    }

    private void requireUntouched() throws IOException {
        try (Stream<Path> files = Files.list(victim)) {
            assertThat(files).containsExactlyInAnyOrder(victim.resolve("passwd"), victim.resolve("empty"));
        }
    }

    @ParameterizedTest
    @EnumSource(PinFile.class)
    void noCommandFollowsALinkBesideAPin(PinFile kind) throws IOException {
        Path file = directory.resolve("counts.jsonl");
        Path link = kind.of(pin);
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, victim);

        CommandRun pins = CommandRun.of("pins", fs.path("acme"));
        assertThat(pins.err(ExitCode.FAILED)).contains(link + " is a symbolic link");
        assertThat(pins.out()).doesNotContain("passwd");
        for (Path target : new Path[] {fs.path("acme"), pin}) {
            for (String[] command : new String[][] {
                {"end", target.toString(), "-o", file.toString(), "--yes", "--other-programs"},
                {"drain", target.toString(), "-o", file.toString()}
            }) {
                assertThat(CommandRun.of(command).err(ExitCode.FAILED))
                        .contains(link + " is a symbolic link")
                        .contains("nothing was changed");
            }
        }
        CommandRun.of("tree", fs.path("acme"));
        CommandRun.of("tree", link);
        CommandRun.of("end", link, "-o", file, "--yes", "--other-programs");
        requireUntouched();
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(pin).exists();

        // The outer map is gone, and the command removes what it has left.
        Files.delete(pin);
        CommandRun.of("end", fs.path("acme"), "-o", file, "--yes", "--other-programs");
        CommandRun.of("end", pin, "-o", file, "--yes", "--other-programs");
        requireUntouched();
    }

    /** The link takes the place of a directory between any two system calls of the command. */
    @ParameterizedTest
    @EnumSource(names = {"INNERS", "DRAINING", "RETIRED"})
    void aLinkThatAppearsMeanwhileIsNotFollowed(PinFile kind) throws Exception {
        Path place = kind.of(pin);
        Path aside = fs.path("acme/aside");
        AtomicBoolean ends = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread swapper = new Thread(() -> {
            while (!ends.get()) {
                try {
                    Files.createDirectories(place);
                    Files.move(place, aside);
                    Files.createSymbolicLink(place, victim);
                    Files.delete(place);
                    Files.move(aside, place);
                } catch (IOException e) { // the command was faster
                    try {
                        Files.deleteIfExists(aside);
                    } catch (IOException stays) {
                        e.addSuppressed(stays);
                    }
                } catch (RuntimeException | Error e) {
                    failure.set(e);
                    return;
                }
            }
        });
        swapper.start();
        try {
            for (int run = 0; run < SWAPPED_RUNS; run++) {
                pinAgain();
                CommandRun.of(
                        "end", fs.path("acme"), "-o", directory.resolve("counts.jsonl"), "--yes", "--other-programs");
                requireUntouched();
            }
        } finally {
            ends.set(true);
            swapper.join();
        }
        assertThat(failure.get()).isNull();
        requireUntouched();
    }
}
