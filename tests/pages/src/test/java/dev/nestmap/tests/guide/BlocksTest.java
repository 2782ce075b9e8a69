/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every block of code on a page is checked, in a way that depends on its language. {@link PagesTest} compiles Java and C, {@link
 * CommandsTest} checks commands. Other languages show files that a build or another test uses. A block without a check fails here.
 */
class BlocksTest {
    private static final Path ROOT = Path.of("../..");
    private static final Pattern INDENTED = Pattern.compile("(?m)^(?:[ \\t]+```|[ \\t]*~~~).*");
    private static final Pattern DEPENDENCY = Pattern.compile("<dependency>.*?</dependency>", Pattern.DOTALL);
    private static final Pattern ARTIFACT =
            Pattern.compile("<artifactId>(.+?)</artifactId>\\s*<version>(.+?)</version>");

    static List<Page> pages() throws IOException {
        return Page.all();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyBlockIsChecked(Page page) throws IOException {
        assertThat(INDENTED.matcher(Files.readString(page.path())).results().map(MatchResult::group))
                .as("blocks of %s that begin with spaces or ~, which no test finds", page)
                .isEmpty();
        for (Snippet block : page.snippets()) {
            String where = "line %d of %s".formatted(block.line(), page);
            switch (block.language()) {
                case "sh", "console", "text" -> {}
                case "java" -> {
                    if (block.is("part of")) {
                        checkPart(ROOT.resolve(block.argument()), block, where);
                    }
                }
                case "c" -> {
                    if (block.is("part of")) {
                        checkPart(ROOT.resolve(block.argument()), block, where);
                        continue;
                    }
                    assertThat(block.isFile()
                                    || block.how().startsWith("c")
                                    || block.is("generated")
                                    || block.is("declared in"))
                            .as("%s: C needs a comment that says how it is compiled, see Snippet", where)
                            .isTrue();
                }
                case "groovy", "ini", "json", "kotlin", "sql", "xml", "yaml" -> checkSource(page, block, where);
                default ->
                    fail("%s: no test checks the language \"%s\"; name it, and check it here", where, block.language());
            }
        }
    }

    /** On the pages of the rules, {@code RulesTest} compiles both sides of the difference. */
    @Test
    void pagesOfRulesHaveNoOtherBlocks() throws IOException {
        try (var rules = Files.list(ROOT.resolve("docs/rules"))) {
            for (Path rule : rules.toList()) {
                assertThat(Snippet.of(Files.readString(rule)))
                        .as(rule.toString())
                        .hasSizeLessThan(2)
                        .allMatch(block -> block.language().equals("diff"));
            }
        }
    }

    private static void checkSource(Page page, Snippet block, String where) throws IOException {
        Path source = ROOT.resolve(block.argument());
        switch (block.how()) {
            case "file" -> assertThat(source).as(where).isRegularFile(); // ShownFilesTest compares it
            case "part of" -> checkPart(source, block, where);
            case "managed by" -> checkVersions(Files.readString(source), block, where);
            case "built by", "parsed by" ->
                assertThat(Files.readString(source))
                        .as(where)
                        .contains(String.valueOf(page.path().getFileName()));
            default -> fail("%s: show a file that a build or test uses: <!-- file: ... -->, see Snippet", where);
        }
    }

    /** Compares a block with a file. The block may be indented less, and a line of three dots stands for other lines. */
    private static void checkPart(Path source, Snippet block, String where) throws IOException {
        String text = unindented(Files.readString(source));
        for (String part : unindented(block.code()).split("(?m)^\\.\\.\\.\\n", -1)) {
            assertThat(text).as(where).contains(part);
        }
    }

    private static String unindented(String text) {
        return text.replaceAll("(?m)^ +", "");
    }

    /** Compares the versions of dependencies with those of a POM. */
    private static void checkVersions(String pom, Snippet block, String where) {
        List<String> dependencies = DEPENDENCY
                .matcher(block.code())
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(dependencies).as(where).isNotEmpty();
        for (String dependency : dependencies) {
            Matcher shown = ARTIFACT.matcher(dependency);
            assertThat(shown.find())
                    .as("%s: no version in %s", where, dependency)
                    .isTrue();
            assertThat(shown.group(2))
                    .as("%s: version of %s", where, shown.group(1))
                    .isEqualTo(version(pom, shown.group(1)));
        }
    }

    /** The version that a POM manages for an artifact. */
    private static String version(String pom, String artifact) {
        Matcher managed = Pattern.compile(
                        "<artifactId>" + Pattern.quote(artifact) + "</artifactId>\\s*<version>\\$\\{(.+?)}</version>")
                .matcher(pom);
        assertThat(managed.find()).as("%s is not managed", artifact).isTrue();
        String name = managed.group(1).equals("project.version") ? "version" : managed.group(1);
        Matcher value = Pattern.compile("<" + Pattern.quote(name) + ">(.+?)</").matcher(pom);
        assertThat(value.find()).as(name).isTrue();
        return Objects.requireNonNull(value.group(1));
    }
}
