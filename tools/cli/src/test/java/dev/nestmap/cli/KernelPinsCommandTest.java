/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.Mount;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.MapKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command lists pins and what waits in them. */
@KernelTest
class KernelPinsCommandTest extends PinningTest {
    private final RawMap inner =
            new KernelMapFactory().create(new MapShape("flow_map", MapKind.HASH, 4, 8, 64, 0), null);
    private final RawMap outer =
            new KernelMapFactory().create(new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 8, 0), inner);

    @AfterEach
    void closeMaps() {
        outer.close();
        inner.close();
    }

    /** As in containers, where the table of mounts names the file system below it first. */
    @Test
    void aBpfFileSystemOverAnotherOneIsRead(@TempDir Path place) throws Exception {
        try (Mount below = Mount.over(place, "-t sysfs sysfs")) {
            assertThat(CommandRun.of("pins", below.directory()).err(ExitCode.FAILED))
                    .contains("is not in a BPF file system");
            try (Mount above = Mount.over(place, "-t bpf bpf")) {
                assertThat(CommandRun.of("pins", above.directory()).out(ExitCode.OK))
                        .contains("nothing is pinned in");
            }
        }
    }

    @Test
    void listsPinsAndWhatWasNeverDrained() throws IOException {
        pin(outer, fs.pin("acme/tenant"));
        pin(inner, fs.path("acme/tenant-schema"));
        pin(inner, fs.path("acme/tenant-inner/42"));
        pin(inner, fs.path("plain"));
        pin(inner, fs.pin("other/total"));
        pin(inner, fs.path("other/total-schema"));

        CommandRun drained = CommandRun.of("pins", fs.path(""));

        assertThat(drained.out(ExitCode.OK).lines().map(line -> line.replaceAll("id [0-9]+", "id N")))
                .containsExactly(
                        fs.pin("acme/tenant") + "  HASH_OF_MAPS id N, 0 of 8 inner maps",
                        fs.pin("other/total") + "  HASH id N",
                        fs.path("plain") + "  HASH id N");
        assertThat(CommandRun.of("tree", fs.path("acme")).out())
                .startsWith("tenant  HASH_OF_MAPS")
                .doesNotContain("flow_map");

        pin(inner, fs.path("acme/tenant-draining/42-" + inner.id()));
        assertThat(CommandRun.of("pins", fs.path("acme")).out(ExitCode.FOUND))
                .contains(
                        "1 displaced map waits to be drained:",
                        "42-" + inner.id() + "  0 entries, displaced ",
                        "next drain passes these maps");

        Files.delete(fs.path("acme/tenant-draining/42-" + inner.id()));
        pin(inner, fs.path("acme/tenant-retired-4711/42-" + inner.id()));
        CommandRun retired = CommandRun.of("pins", fs.path("acme"));

        assertThat(retired.out(ExitCode.FOUND))
                .contains("1 displaced map waits, replaced by an upgrade:", "start the service again")
                .doesNotContain("tenant-retired");
    }

    /** An operator's gate: a service has stopped to drain. */
    @Test
    void theExitCodeShowsAMapThatHasWaitedForTooLong() {
        Path waiting = fs.path("acme/tenant-draining/42-" + inner.id());
        pin(inner, waiting);
        pin(inner, fs.path("acme/tenant-draining/43-" + inner.id()));
        String[] pins = {"pins", "--older-than", "5m", fs.path("").toString()};

        assertThat(CommandRun.of(pins).exitCode()).isZero();
        new KernelPins().setTime(waiting, Instant.now().minus(Duration.ofMinutes(10)));
        assertThat(CommandRun.of(pins).exitCode()).isEqualTo(ExitCode.FOUND);
    }

    /** What lies beside such a pin may mean something else than this version knows. */
    @Test
    void aPinOfANewerFormatCanNotBeRead() throws IOException {
        pin(inner, fs.pin("acme/tenant"));
        Files.createDirectory(fs.path("acme/format-2"));

        CommandRun pins = CommandRun.of("pins", fs.path(""));

        assertThat(pins.out(ExitCode.FAILED)).isEqualTo(fs.pin("acme/tenant") + "  can't be read\n");
        assertThat(pins.err()).contains("have format 2", "knows only format 1");
    }

    @Test
    void showsLinksAndProgramsAndKeepsTheExitCodeForWaitingMaps() throws Throwable {
        try (NestFixture nest = NestFixture.load()) {
            NetworkNamespace.run(
                    () -> { // which detaches the link when it ends
                        nest.object()
                                .program("count")
                                .attach(
                                        Xdp.on("lo"),
                                        LinkPin.at(fs.path("acme/count")).withUnpinnedMaps());
                        int program = NativeLibraries.libbpf()
                                .bpf_prog_get_fd_by_id(
                                        nest.object().program("count").id());
                        assertThat(NativeLibraries.libbpf()
                                        .bpf_obj_pin(
                                                program, fs.path("acme/program").toString()))
                                .isZero();
                        NativeLibraries.libc().close(program);

                        CommandRun pins = CommandRun.of("pins", fs.path(""));

                        assertThat(pins.err(ExitCode.OK)).isEmpty();
                        String owner =
                                "  owner: process " + ProcessHandle.current().pid();
                        assertThat(pins.out().lines().map(line -> line.startsWith(owner) ? owner : line))
                                .containsExactly(
                                        fs.path("acme/count") + "  link  XDP, program count",
                                        owner,
                                        fs.path("acme/program") + "  program  count",
                                        owner);
                        assertThat(CommandRun.of("pins", "--json", fs.path("")).out())
                                .contains("\"kind\":\"program\",\"name\":\"count\",\"owner\":{\"process\":");

                        pin(inner, fs.path("acme/tenant-draining/42-" + inner.id()));
                        pin(inner, fs.path("acme/flows"));

                        assertThat(CommandRun.of("pins", fs.path("")).exitCode())
                                .isEqualTo(ExitCode.FOUND);
                        CommandRun tree = CommandRun.of("tree", fs.path("acme"));
                        assertThat(tree.err()).isEmpty();
                        assertThat(tree.out()).startsWith("flow_map  HASH id ");
                    });
        }
    }

    @Test
    void aLinkWithoutATargetIsAProblem() throws Throwable {
        try (NestFixture nest = NestFixture.load()) {
            NetworkNamespace.run(() -> {
                nest.object()
                        .program("count")
                        .attach(Xdp.on("lo"), LinkPin.at(fs.path("acme/count")).withUnpinnedMaps());
                assertThat(CommandRun.of("pins", fs.path("")).exitCode()).isZero();
            });
            String directory = fs.path("").toString();
            while (CommandRun.of("pins", "--older-than", "5m", directory).exitCode() == 0) {
                Thread.sleep(20); // until the kernel has removed the namespace and its interface
            }
            CommandRun pins = CommandRun.of("pins", directory);
            assertThat(pins.out(ExitCode.FOUND))
                    .contains(
                            fs.path("acme/count") + "  link  XDP, program count, detached", "counts nothing any more");
            assertThat(CommandRun.of("pins", "--json", directory).out()).contains("\"detached\":true");

            Files.delete(fs.path("acme/owner")); // as if other software had pinned it
            assertThat(CommandRun.of("pins", directory).out(ExitCode.OK)).contains("program count, detached");
        }
    }

    @Test
    void showsPlainMapsWithNamesLikeThoseBesideAnOuterMap() throws IOException {
        pin(inner, fs.pin("packets"));
        pin(inner, fs.path("packets-lost"));
        pin(inner, fs.path("packets-inner/7"));

        assertThat(CommandRun.of("pins", fs.path("")).out())
                .contains(
                        fs.pin("packets") + "  HASH",
                        fs.path("packets-lost") + "  HASH",
                        fs.path("packets-inner/7") + "  HASH");
    }

    @Test
    void showsWaitingMapsBesideAnOuterMapThatCanNotBeRead() throws IOException {
        pin(outer, fs.pin("tenant"));
        pin(inner, fs.path("tenant-draining/42-" + inner.id()));
        pin(inner, fs.path("tenant-schema"));
        Files.setPosixFilePermissions(fs.pin("tenant"), Set.of());

        assertThat(withoutCapabilities("pins", fs.path("")).out(ExitCode.FAILED))
                .contains(
                        fs.pin("tenant") + "  can't be read\n",
                        "nestmap: " + fs.pin("tenant") + " can't be read: ",
                        "1 displaced map waits to be drained:",
                        "42-" + inner.id() + "  0 entries, displaced ");
    }

    /** Its age is known, but not whether it has entries. */
    @Test
    void failsIfAWaitingMapCanNotBeReadHoweverYoungItIs() throws IOException {
        Path waiting = fs.path("tenant-draining/42-" + inner.id());
        pin(inner, waiting);
        Files.setPosixFilePermissions(waiting, Set.of());

        assertThat(withoutCapabilities("pins", "--older-than", "5m", fs.path(""))
                        .out(ExitCode.FAILED))
                .contains("    " + waiting.getFileName() + "  ")
                .contains("EACCES");

        Files.delete(waiting);
        Path report = fs.path("tenant-requests-draining/42-" + inner.id());
        pin(outer, fs.pin("tenant"));
        pin(inner, report);
        Files.setPosixFilePermissions(report, Set.of());
        assertThat(withoutCapabilities("pins", fs.path("")).out(ExitCode.FAILED))
                .contains("nestmap: " + report + " can't be read: ", "EACCES");
    }

    @Test
    void showsWaitingMapsWithoutAnOuterMap() throws IOException {
        pin(inner, fs.path("tenant-draining/42-" + inner.id()));
        pin(inner, fs.path("tenant-draining/other"));
        pin(inner, fs.path("tenant-retired-4711/0a0b-" + inner.id()));
        String start = "the service: it pins a new outer map";
        String nothingPinned = "  → nothing is pinned at " + fs.pin("tenant") + ". ";

        CommandRun pins = CommandRun.of("pins", fs.path(""));

        assertThat(pins.out(ExitCode.FOUND).lines().map(line -> line.replaceAll("(id |4[23]-|0b-)[0-9]+", "$1N")))
                .map(line -> line.replaceAll("displaced .* ago", "displaced T ago"))
                .containsExactly(
                        fs.path("tenant-draining").toString(),
                        "  1 displaced map waits to be drained:",
                        "    42-N  0 entries, displaced T ago",
                        nothingPinned + "Start " + start,
                        "  → the process that owns the pin may be draining now. If it has ended, the service's next drain passes these maps,"
                                + " so nothing is lost",
                        fs.path("tenant-draining/other") + "  HASH id N",
                        fs.path("tenant-retired-4711").toString(),
                        "  1 displaced map waits, replaced by an upgrade:",
                        "    0a0b-N  0 entries, displaced T ago",
                        nothingPinned + "Start " + start,
                        "  → the upgrade may be running now. If it has ended, start the service again: the service completes the upgrade, and"
                                + " its drains pass these maps, so nothing is lost");

        // A start passes the maps of the old slots, too.
        pin(inner, fs.path("tenant-inner/42"));
        assertThat(CommandRun.of("pins", fs.path("")).out())
                .contains(nothingPinned + "Start " + start + ", whose drains also pass the maps in "
                        + fs.path("tenant-inner") + "\n");
    }

    @Test
    void showsWaitingMapsOfTheDirectoryThatTheUserNames() throws IOException {
        pin(inner, fs.pin("tenant"));
        pin(inner, fs.path("tenant-draining/42-" + inner.id()));

        assertThat(CommandRun.of("pins", fs.path("tenant-draining")).out(ExitCode.FOUND))
                .startsWith(fs.path("tenant-draining") + "\n  1 displaced map waits to be drained:\n")
                .doesNotContain("nothing is pinned");
    }

    @Test
    void failsIfADirectoryCanNotBeRead() throws IOException {
        pin(outer, fs.pin("tenant"));
        pin(inner, fs.path("tenant-draining/42-" + inner.id()));
        pin(inner, fs.path("listed/pin"));
        Files.setPosixFilePermissions(fs.path("tenant-draining"), Set.of());
        Files.setPosixFilePermissions(fs.path("listed"), Set.of(PosixFilePermission.OWNER_READ));

        assertThat(withoutCapabilities("pins", fs.path("")).out(ExitCode.FAILED))
                .contains(fs.pin("tenant") + "  HASH_OF_MAPS")
                .contains("nestmap: " + fs.path("tenant-draining") + " can't be read: this process's user may not")
                .contains("nestmap: " + fs.path("listed") + " can't be read: this process's user may not");
    }

    @Test
    void showsPinsInDeepDirectories() throws IOException {
        Path pin = fs.path("directory/".repeat(30) + "plain");
        pin(inner, pin);

        assertThat(CommandRun.of("pins", fs.path("")).out(ExitCode.OK)).startsWith(pin + "  HASH");
    }

    @Test
    void namesPinsOfADirectoryThatItMayNotRead() throws IOException {
        pin(inner, fs.path("open"));
        pin(inner, fs.path("secret"));
        Files.setPosixFilePermissions(fs.path("secret"), Set.of());

        assertThat(withoutCapabilities("tree", fs.path("")).out(ExitCode.FAILED))
                .contains("flow_map  HASH id " + inner.id(), "nestmap: ", fs.path("secret") + ": EACCES");
    }

    /** The pin of an outer map gives access to the ids of the inner maps, and not to the maps. */
    @Test
    void failsIfItMayNotReadAnInnerMap() throws IOException {
        try (NestFixture nest = NestFixture.load()) {
            nest.addTenants(7, 1, 1);
            RawMap outer = Objects.requireNonNull(
                    new KernelMapFactory().open(Integer.parseInt(nest.id("flows_of_each_tenant"))));
            Path pin = fs.pin("tenant");
            pin(outer, pin);
            outer.close();

            assertThat(CommandRun.of("tree", pin).exitCode()).isZero();
            assertThat(withoutCapabilities("tree", pin))
                    .matches(tree -> tree.exitCode() == ExitCode.FAILED)
                    .matches(tree ->
                            tree.out().contains("HASH_OF_MAPS") && tree.out().contains("EPERM"));
            assertThat(withoutCapabilities("tree", pin, "--json"))
                    .matches(tree -> tree.exitCode() == ExitCode.FAILED)
                    .matches(tree ->
                            tree.out().contains("\"error\":\"") && tree.out().contains("EPERM"));
        }
    }

    /** Runs the command in another Java VM. Its output includes its errors. */
    private static CommandRun withoutCapabilities(Object... arguments) throws IOException {
        String[] texts = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
        Process process = new ChildVm().withoutCapabilities().start(Main.class, texts);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new CommandRun(process.onExit().join().exitValue(), output, "");
    }

    private static void pin(RawMap map, Path path) {
        new KernelPins().pin(map, path, PinOptions.defaults());
    }
}
