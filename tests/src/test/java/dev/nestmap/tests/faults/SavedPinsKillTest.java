/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.Main;
import dev.nestmap.cli.console.Console;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills the commands {@code nestmap drain} and {@code nestmap end} before each system call that changes something, and after the last one. Then the
 * command runs again, or the service comes back. Together with the file, both have each count once.
 */
@KernelTest
@Timeout(7200)
@Tag("long")
class SavedPinsKillTest {
    private static final int NOBODY = 65534;
    private static final int KILLS = Integer.getInteger("nestmap.kills", 1);
    private final Path object = BpfObjects.of("pinned");
    private int scenes;

    @TempDir
    private Path directory;

    /**
     * A kill before a change.
     *
     * @param isRepeated whether the command runs again; otherwise the service comes back
     */
    private record Kill(String command, int change, boolean isRepeated) {}

    @ParameterizedTest
    @ValueSource(strings = {"drain", "end"})
    void eachCountIsSavedOnce(String command) throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        try (BpfFs fs = BpfFs.mount()) {
            int changes;
            try (PinnedScene scene = scene(fs)) {
                Path file = directory.resolve("all" + command);
                changes = KillBefore.changes(KillBefore.output(start(command, KillBefore.NONE, scene, file), command));
                assertThat(scene.readSaved(file)).isEqualTo(2);
                scene.requireExactCounts();
            }
            List<Kill> kills = new ArrayList<>();
            for (int change = 0; change <= changes; change++) {
                kills.add(new Kill(command, change, true));
                kills.add(new Kill(command, change, false));
            }
            Collections.shuffle(kills, new Random(seed));
            for (Kill kill : kills.subList(0, Math.min(KILLS, kills.size()))) {
                check(kill, fs, kill + " of " + changes + ", seed " + seed);
            }
        }
    }

    /** The service has a user of its own, and root's command is killed. What the command leaves does not keep the service from draining. */
    @ParameterizedTest
    @ValueSource(strings = {"drain", "end"})
    void aServiceOfAnotherUserDrainsAfterwards(String command) throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path readable = Files.copy(object, directory.resolve("object"));
        Files.setPosixFilePermissions(readable, PosixFilePermissions.fromString("rw-r--r--"));
        try (BpfFs fs = BpfFs.mount()) {
            int changes;
            try (PinnedScene scene = scene(fs)) {
                scene.giveTo(NOBODY);
                Path file = directory.resolve("others" + command);
                changes = KillBefore.changes(KillBefore.output(start(command, KillBefore.NONE, scene, file), command));
            }
            List<Integer> kills =
                    new ArrayList<>(IntStream.rangeClosed(0, changes).boxed().toList());
            Collections.shuffle(kills, new Random(seed));
            for (int kill : kills.subList(0, Math.min(KILLS, kills.size()))) {
                try (PinnedScene scene = scene(fs)) {
                    scene.giveTo(NOBODY);
                    Path file = directory.resolve("others" + command + kill);
                    String moment = command + ", killed before " + kill + " of " + changes + ", seed " + seed;
                    KillBefore.output(start(command, kill, scene, file), moment);
                    if (Files.exists(file)) {
                        scene.readSaved(file);
                    }
                    Path ledger = Files.createFile(directory.resolve("ledger" + command + kill));
                    Files.setPosixFilePermissions(ledger, PosixFilePermissions.fromString("rw-rw-rw-"));
                    String output = new ChildVm()
                            .asNobody("+bpf,+perfmon,+net_admin,+sys_admin")
                            .run(Service.class, scene.directory, readable, ledger);
                    assertThat(output).as(moment).contains("drained");
                    scene.readDrained(ledger);
                    scene.requireAllDrained();
                }
            }
        }
    }

    /** Drains all counts of a scene. */
    static final class Service {
        private Service() {}

        public static void main(String[] arguments) {
            PinnedScene scene = new PinnedScene(Path.of(arguments[0]), Path.of(arguments[1]));
            scene.writeDrained(Path.of(arguments[2]));
            scene.load();
            scene.drainAll();
            scene.closeAll();
            System.out.println("drained");
        }
    }

    /** One map waits, and one is in its slot. */
    private PinnedScene scene(BpfFs fs) {
        PinnedScene scene = new PinnedScene(fs.path("scene" + scenes++), object);
        scene.fill();
        scene.leaveWaiting(42);
        scene.closeAll();
        return scene;
    }

    private void check(Kill kill, BpfFs fs, String moment) throws Exception {
        String command = kill.command();
        try (PinnedScene scene = scene(fs)) {
            Path file = directory.resolve(command + scenes);
            KillBefore.output(start(command, kill.change(), scene, file), moment);
            if (Files.notExists(file)) {
                Files.createFile(file);
            }
            if (kill.isRepeated()) {
                // As if the process had been killed while it wrote this line.
                Files.writeString(file, "{\"identity\":\"node", StandardOpenOption.APPEND);
                String said = save(command, scene.pin(), file);
                if (command.equals("end")) {
                    assertThat(beside(scene)).as("%s: %s", moment, said).isEmpty();
                }
                assertThat(scene.readSaved(file))
                        .as("%s: %s", moment, Files.readString(file))
                        .isEqualTo(2);
            } else {
                scene.readSaved(file);
            }
            scene.requireExactCounts();
        }
    }

    private static Process start(String command, int call, PinnedScene scene, Path file) throws IOException {
        return new ChildVm().start(Killed.class, call, command, scene.pin(), file);
    }

    /** The pin, its symbolic link, and what is beside it, also in the generation that is not in use. */
    private static List<Path> beside(PinnedScene scene) throws IOException {
        try (Stream<Path> files = Files.walk(Objects.requireNonNull(scene.pin().getParent()))) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith("customer"))
                    .toList();
        }
    }

    /** Runs the command. Returns what it printed. */
    private static String save(String command, Path pin, Path file) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        List<String> line = new ArrayList<>(List.of(command, pin.toString(), "--output", file.toString()));
        if (command.equals("end")) {
            line.add("--yes");
        }
        int code = Main.run(new Console(output, output, false, false), line.toArray(String[]::new));
        String said = output.toString(StandardCharsets.UTF_8);
        assertThat(code).as(said).isZero();
        return said;
    }

    /** The process that kills itself. */
    static final class Killed {
        private Killed() {}

        public static void main(String[] arguments) {
            KillBefore.run(
                    Integer.parseInt(arguments[0]),
                    () -> save(arguments[1], Path.of(arguments[2]), Path.of(arguments[3])));
        }
    }
}
