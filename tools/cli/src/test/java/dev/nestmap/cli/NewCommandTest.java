/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bin/test-builds} builds and runs the project that the command writes. */
class NewCommandTest {
    private static final Path TEMPLATE = Path.of("../../examples/templates/maven");

    @TempDir
    private Path parent;

    @Test
    void writesEachFileOfTheTemplate() throws IOException {
        Path project = parent.resolve("traffic");

        assertThat(CommandRun.of("new", project))
                .isEqualTo(new CommandRun(
                        ExitCode.OK,
                        "wrote " + project + "; build and start the service: sh " + project + "/run\n"
                                + (NewCommand.isSnapshot(Files.readString(TEMPLATE.resolve("pom.xml")))
                                        ? NewCommand.INSTALLATION + "\n"
                                        : ""),
                        ""));

        assertThat(files(project)).isEqualTo(files(TEMPLATE)).isEqualTo(NewCommand.FILES);
        for (String file : NewCommand.FILES) {
            assertThat(project.resolve(file)).hasSameTextualContentAs(TEMPLATE.resolve(file));
        }
    }

    @ParameterizedTest
    @CsvSource({"bill, bill", "fleet, flows"})
    void writesEachFileOfAnotherTemplate(String option, String name) throws IOException {
        Path template = Path.of("../../examples/templates", option);
        Path project = parent.resolve(name);

        assertThat(CommandRun.of("new", project, "--" + option).out(ExitCode.OK))
                .startsWith("wrote " + project + "; how to build and start it: " + project + "/README.md\n");
        List<String> expected = option.equals("bill") ? NewCommand.BILL_FILES : NewCommand.FLEET_FILES;
        assertThat(files(project)).isEqualTo(files(template)).isEqualTo(expected);
        for (String file : expected) {
            assertThat(project.resolve(file)).hasSameTextualContentAs(template.resolve(file));
        }
    }

    @ParameterizedTest
    @CsvSource({"0.1.0-SNAPSHOT, true", "0.1.0, false"})
    void recognizesAVersionThatIsNotOnMavenCentral(String version, boolean isSnapshot) {
        String pom = "<artifactId>nestmap-service-parent</artifactId>\n    <version>" + version
                + "</version>\n</parent>\n<version>1.0-SNAPSHOT</version>";

        assertThat(NewCommand.isSnapshot(pom)).isEqualTo(isSnapshot);
    }

    @ParameterizedTest
    @CsvSource({"Main, ", "Billing, --bill", "Agent, --fleet"})
    void namesTheServiceAndItsPackage(String main, @Nullable String option) throws IOException {
        Path project = parent.resolve("packet-counts");
        List<String> line = new ArrayList<>(List.of("new", project.toString(), "--package", "org.example.net"));
        if (option != null) {
            line.add(option);
        }

        assertThat(CommandRun.of(line.toArray(String[]::new)).exitCode()).isZero();

        assertThat(project.resolve("pom.xml"))
                .content()
                .contains("<groupId>org.example.net</groupId>", "<artifactId>packet-counts</artifactId>");
        assertThat(project.resolve("src/main/java/org/example/net/" + main + ".java"))
                .content()
                .startsWith("package org.example.net;");
        for (String file : files(project)) {
            assertThat(project.resolve(file)).content().doesNotContain("acme");
        }
    }

    /** Defect: the copy of the schema text could not be read, so the first build of the project failed. */
    @Test
    void theSchemaTextOfAPackageInAnyAlphabetCanBeRead() throws IOException {
        Path project = parent.resolve("traffic");

        assertThat(CommandRun.of("new", project, "--package", "com.\u00e4cme").exitCode())
                .isZero();

        String text = Files.readString(project.resolve("src/main/bpf/traffic.schema"));
        assertThat(SchemaText.parse(text).origin()).isEqualTo("com.\u00e4cme.Traffic");
        assertThat(SchemaText.print(SchemaText.parse(text)))
                .as("what the build generates")
                .isEqualTo(text);
    }

    @Test
    void leavesAnExistingDirectoryAsItIs() throws IOException {
        Path project = Files.createDirectory(parent.resolve("traffic"));

        assertThat(CommandRun.of("new", project))
                .isEqualTo(new CommandRun(
                        ExitCode.FAILED,
                        "",
                        "nestmap: " + project
                                + " exists; choose another name, or run the command in another directory\n"));
        assertThat(project).isEmptyDirectory();
    }

    /** The first files are written before the name is too long for the file system. */
    @Test
    void saysThatHalfAProjectIsThere() {
        Path project = parent.resolve("traffic");

        assertThat(CommandRun.of("new", project, "--package", "com." + "a".repeat(300))
                        .err(ExitCode.FAILED))
                .contains(" can't be written: ")
                .endsWith("; remove " + project + " before you try again\n");
        assertThat(project.resolve("pom.xml")).exists();
    }

    @Test
    void refusesANameThatMavenOrAShellWouldMisread() {
        for (String name : List.of("..", "Traffic", "a b", "-x", "1st")) {
            assertThat(CommandRun.of("new", "--", parent.resolve(name)).err(ExitCode.USAGE))
                    .contains(
                            "; begin with a lower-case letter, and use lower-case letters, digits and hyphens, such as packet-counts");
        }
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(directory::relativize)
                    .filter(file -> !file.startsWith("target"))
                    .map(Path::toString)
                    .sorted()
                    .toList();
        }
    }
}
