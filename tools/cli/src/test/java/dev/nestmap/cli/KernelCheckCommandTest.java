/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nestmap check} for continuous integration: exit codes, JSON, and what needs no privileges. */
@KernelTest
class KernelCheckCommandTest {
    private static final String PADDING = "its key has 3 unnamed bytes at offset 5, which the kernel compares too: a"
            + " program that does not set them misses entries";
    private static final String THREE_LEVELS =
            "section .BTF: the inner maps of map outermost are maps of maps, but the kernel allows only two levels";

    @TempDir
    private Path directory;

    private String fragile = "";
    private String rejected = "";

    @BeforeEach
    void compile() throws IOException {
        fragile = write("fragile.bpf.o", TestPrograms.object("fragile.bpf.c"));
        rejected = write("rejected.bpf.o", TestPrograms.object("fragile.bpf.c", "-DTHREE_LEVELS"));
    }

    private String write(String name, byte[] object) throws IOException {
        return Files.write(directory.resolve(name), object).toString();
    }

    @Test
    void fragilePartsFailOnlyIfTheyShall() {
        CommandRun run = CommandRun.of("check", fragile);
        assertThat(run.out(ExitCode.OK))
                .startsWith(fragile + "\n  fragile  map packets: " + PADDING + "\n    → name the bytes");
        assertThat(CommandRun.of("check", "--strict", fragile))
                .isEqualTo(new CommandRun(ExitCode.FOUND, run.out(), ""));
        assertThat(CommandRun.of("check", fragile, rejected).exitCode()).isEqualTo(ExitCode.FOUND);
    }

    /** Avro's schemas have the suffix of schema texts, too. A text of Nestmap that can't be read is still an error. */
    @Test
    void ignoresASchemaOfOthersBesideTheObject() throws IOException {
        Path beside =
                Files.writeString(directory.resolve("fragile.schema"), "{\"type\": \"record\", \"name\": \"Flow\"}");
        assertThat(CommandRun.of("check", fragile).exitCode()).isEqualTo(ExitCode.OK);

        Files.writeString(beside, "nestmap-schema 99\n");
        assertThat(CommandRun.of("check", fragile).err(ExitCode.FAILED)).contains("fragile.schema");
    }

    @Test
    void jsonHasEveryProblemOfEveryObject() {
        CommandRun run = CommandRun.of("check", "--json", fragile, rejected);

        assertThat(run.err(ExitCode.FOUND)).isEmpty();
        String padding =
                "\"id\":\"unnamed-padding\",\"severity\":\"WARNING\",\"place\":\"map packets\",\"what\":\"" + PADDING
                        + "\",\"remedy\":\"name the bytes as a field and set it to 0, or clear the key with memset before use\"}";
        assertThat(run.out().lines())
                .containsExactly(
                        "[{\"object\":\"" + fragile + "\"," + padding + ",",
                        "{\"object\":\"" + rejected
                                + "\",\"id\":\"unreadable-map\",\"severity\":\"ERROR\",\"place\":\"map outermost\",\"what\":\""
                                + THREE_LEVELS
                                + "\",\"remedy\":\"use two levels only: put these maps into the outer map, under a longer key\"},",
                        "{\"object\":\"" + rejected + "\"," + padding + "]");
    }

    @Test
    void aMissingFileLeavesNoHalfOfAnAnswer() {
        String missing = directory.resolve("missing.bpf.o").toString();
        for (String option : new String[] {"--json", "--strict"}) {
            assertThat(CommandRun.of("check", option, fragile, missing))
                    .isEqualTo(new CommandRun(ExitCode.FAILED, "", "nestmap: there is no file " + missing + "\n"));
        }
    }

    @Test
    void aFileWithoutEndIsRefused() {
        assertThat(CommandRun.of("check", "/dev/zero"))
                .isEqualTo(new CommandRun(
                        ExitCode.FAILED,
                        "",
                        "nestmap: the file /dev/zero has more than 64 MiB, so it is neither an object file nor a schema"
                                + " text\n"));
    }

    @Test
    void needsNoPrivileges() throws IOException {
        String output = new ChildVm().withoutCapabilities().run(Unprivileged.class, rejected);

        assertThat(output.lines())
                .anySatisfy(line -> assertThat(line).isEqualTo("CapEff:\t0000000000000000"))
                .anySatisfy(line -> assertThat(line).contains("rejected  map outermost: ", THREE_LEVELS))
                .contains("exit code 1");
    }

    @Test
    void importWritesTheOtherMaps() {
        String leftOut = "nestmap: left out: map outermost: ";
        assertThat(CommandRun.of("import", rejected, "--package", "com.acme")).satisfies(run -> {
            assertThat(run.exitCode()).isEqualTo(ExitCode.FOUND);
            assertThat(run.out())
                    .contains("record Packets(", "<p>Left out: map outermost: " + THREE_LEVELS)
                    .as("the path of this machine")
                    .doesNotContain(directory.toString());
            assertThat(run.err()).startsWith(leftOut).contains(THREE_LEVELS);
        });
    }

    /** Runs {@code check} in another process. */
    static final class Unprivileged {
        private Unprivileged() {}

        public static void main(String[] args) throws IOException {
            Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("CapEff:"))
                    .forEach(System.out::println);
            CommandRun run = CommandRun.of("check", args[0]);
            System.out.print(run.out());
            System.out.println("exit code " + run.exitCode());
        }
    }
}
