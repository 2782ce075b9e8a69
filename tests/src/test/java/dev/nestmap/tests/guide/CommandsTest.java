/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The commands of the repository that the documents name. */
class CommandsTest {
    private static final Path ROOT = Path.of("..");

    /** A command in {@code bin}, and the word after it. Not the end of a longer path. */
    private static final Pattern COMMAND = Pattern.compile("(?<![\\w/.$}-])bin/([a-z][a-z.-]*)(?: ([a-z][a-z-]*))?");

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
        assertThat(demos).contains("tenant-flows", "fleet");
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

    private static List<String> demos() throws Exception {
        Process list = new ProcessBuilder("bin/demo", "--list")
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(list.waitFor()).as(output).isZero();
        return output.lines().map(line -> line.replaceFirst(" .*", "")).toList();
    }

    private static Stream<MatchResult> matches(Path document) throws IOException {
        return COMMAND.matcher(Files.readString(document)).results();
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        try (Stream<Path> root = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            Stream.concat(root, docs)
                    .filter(file ->
                            file.toString().endsWith(".md") && !file.toString().contains("node_modules"))
                    .forEach(documents::add);
        }
        return documents;
    }
}
