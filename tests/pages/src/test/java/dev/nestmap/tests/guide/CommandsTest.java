/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.tests.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands of the repository that the documents name exist, and its scripts work each time. */
class CommandsTest {
    private static final Path ROOT = Path.of("../..");

    /** A command in {@code bin}, and the word after it. Not the end of a longer path. */
    private static final Pattern COMMAND =
            Pattern.compile("(?<![\\w/.$}-])bin/((?:dev/|lib/)?[a-z][a-z.-]*)(?: ([a-z][a-z-]*))?");

    /** Reads no more than it needs. */
    private static final Pattern EARLY_READER = Pattern.compile("(?<!\\|)\\| *(head|grep (-\\w+ )*-\\w*[qm]\\w*)\\b");

    /** The name of a class of tests. Not a part of a pattern such as {@code Kernel*Test}. */
    private static final Pattern TEST = Pattern.compile("(?<![\\w*…])[A-Z]\\w+(?:Test|Contract)\\b");

    private static final Pattern MAIN = Pattern.compile("<demo\\.main>(.*)</demo\\.main>");

    @Test
    void everyCommandInADocumentExists() throws IOException {
        Map<String, Path> commands = new TreeMap<>();
        for (Path document : documents()) {
            matches(document).forEach(command -> commands.put(command.group(1), document));
        }

        assertThat(commands).containsKeys("demo", "test", "bench", "nestmap");
        commands.forEach((name, document) -> assertThat(ROOT.resolve("bin").resolve(name))
                .as("named in %s", document)
                .isExecutable());
    }

    @Test
    void everyDemoInADocumentExists() throws Exception {
        List<String> demos = demos();
        for (Path document : documents()) {
            assertThat(matches(document)
                            .filter(command -> command.group(1).equals("demo") && command.group(2) != null)
                            .map(command -> command.group(2)))
                    .as("demos in %s", document)
                    .isSubsetOf(demos);
        }
        assertThat(demos).contains("tenant-flows", "rolling-upgrade");
    }

    @Test
    void everyDemoHasAMainMethod() throws Exception {
        for (String demo : demos()) {
            Path example = ROOT.resolve("examples").resolve(demo);
            Matcher main = MAIN.matcher(Files.readString(example.resolve("pom.xml")));
            assertThat(main.find()).isTrue();
            Path source = example.resolve("src/main/java").resolve(main.group(1).replace('.', '/') + ".java");
            assertThat(source).exists();
            assertThat(Files.readString(source)).contains("public static void main(String[] ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dev/fuzz layout --minutes | bin/dev/fuzz: --minutes takes a whole number of 1 or more, not \"\"",
                "dev/fuzz objects --seed x | bin/dev/fuzz: --seed takes a whole number of 1 or more, not \"x\"",
                "dev/soak --minutes 0.5 | bin/dev/soak: --minutes takes a whole number of 1 or more, not \"0.5\"",
                "night all | bin/night: there is no part all. The parts are: tests kills memory fuzz corpus soak builds release site kernels",
                "site --fast | bin/site --fast: the options are --test, --changed or --serve, and bin/site --help says what they do",
                "test-builds ant | bin/test-builds: there is no part ant. The parts are: new poms maven maven_without_processor"
                        + " maven_without_clang maven_options maven_modules maven_compare kotlin modules spring upgrade quarkus helidon package"
                        + " action bill fleet gradle",
                "test-kernels 6.12 | 6.12 is neither a folder nor a package whose name ends with -amd64, -arm64 or -arm64-16k.",
            })
    void wrongArgumentsAreNamedBeforeTheWork(String line, String message) throws Exception {
        List<String> command = new ArrayList<>(List.of(line.split(" ")));
        command.set(0, "bin/" + command.get(0));
        Process process = start(command);

        assertThat(ChildVm.output(process).lines().reduce((first, last) -> last))
                .contains(message);
        assertThat(process.waitFor()).isEqualTo(2);
    }

    @Test
    void helpOfADemoShowsItsOptions() throws Exception {
        Process help = start(List.of("bin/demo", "rolling-upgrade", "--help"));

        assertThat(ChildVm.output(help)).contains("\nbin/demo rolling-upgrade # --upgrades N and --seed N\n");
        assertThat(help.waitFor()).isZero();
    }

    /** If a reader ends early, SIGPIPE may end the command before it, and {@code pipefail} makes that a failure of the script. */
    @Test
    void everyPipeIsReadToItsEnd() {
        List<Path> scripts = ProjectFiles.below(ROOT, "\\.\\./\\.\\./(bin|\\.ci)/.*");
        assertThat(scripts).contains(ROOT.resolve("bin/test-builds"));
        for (Path script : scripts) {
            assertThat(ProjectFiles.text(script)
                            .lines()
                            .filter(line -> EARLY_READER.matcher(line).find()))
                    .as("%s, where <<<\"$(...)\" or sed -n 1p would read all", script)
                    .isEmpty();
        }
    }

    /** Otherwise a command that names a test which has another name by now would run nothing, and pass. */
    @Test
    void everyTestThatACommandOrAPageNamesExists() {
        Set<String> tests = ProjectFiles.below(ROOT, ".*/src/test/java/.*\\.java").stream()
                .map(file -> String.valueOf(file.getFileName()).replace(".java", ""))
                .collect(Collectors.toSet());
        List<Path> naming = new ArrayList<>(
                ProjectFiles.below(ROOT, "\\.\\./\\.\\./(bin/(?!test-builds).*|\\.ci/.*|docs/internals/[^/]*\\.md)"));
        assertThat(naming).contains(ROOT.resolve("bin/dev/soak"), ROOT.resolve("docs/internals/promises.md"));
        for (Path file : naming) {
            assertThat(TEST.matcher(ProjectFiles.text(file)).results().map(MatchResult::group))
                    .as("tests in %s", file)
                    .isSubsetOf(tests);
        }
    }

    @Test
    void everyPartOfTheNightRunsInTheWorkflow() {
        Matcher parts = Pattern.compile("\nparts=\\((.*)\\)").matcher(ProjectFiles.text(ROOT.resolve("bin/night")));
        assertThat(parts.find()).isTrue();
        String workflow = ProjectFiles.text(ROOT.resolve(".github/workflows/test.yml"));

        assertThat(Pattern.compile("bin/night (.*)")
                        .matcher(workflow)
                        .results()
                        .flatMap(line -> Stream.of(line.group(1).split(" "))))
                .containsExactlyInAnyOrder(parts.group(1).split(" "));
    }

    private static List<String> demos() throws Exception {
        Process list = start(List.of("bin/demo", "--list"));
        String output = ChildVm.output(list);
        assertThat(list.waitFor()).as(output).isZero();
        return output.lines().map(line -> line.replaceFirst(" .*", "")).toList();
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .start();
    }

    private static Stream<MatchResult> matches(Path document) throws IOException {
        return COMMAND.matcher(Files.readString(document)).results();
    }

    private static List<Path> documents() {
        return ProjectFiles.below(ROOT, "\\.\\./\\.\\./([^/]+|docs/.*)\\.md");
    }
}
