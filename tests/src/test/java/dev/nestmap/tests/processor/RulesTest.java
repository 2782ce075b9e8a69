/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.processor.NestmapProcessor;
import dev.nestmap.schema.rules.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.annotation.processing.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each rule of the catalogue has a page, cases that break it, at the very places that they mark, and cases that don't. */
class RulesTest {
    private static final Path PAGES = Path.of("..", "docs", "rules");
    private static final Path CASES = Path.of("src", "test", "resources", "rules");

    /** The rules that no source can break: what has to go wrong around the processor. */
    private static final Map<Rule, Supplier<Processor>> FAULTS = Map.of(
            Rule.INTERNAL_ERROR, Faults::filerThrows,
            Rule.NOTHING_GENERATED, Faults::typesGetLost,
            Rule.NOT_WRITTEN, Faults::diskIsFull);

    @TempDir
    Path temporary;

    @ParameterizedTest
    @EnumSource
    void hasAPage(Rule rule) throws IOException {
        String page = Files.readString(PAGES.resolve(rule.id() + ".md"));

        assertThat(page).startsWith("# " + rule.id() + ": ").contains("\n## Wrong\n", "\n## Why\n", "\n## Right\n");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"INTERNAL_ERROR", "NOTHING_GENERATED", "NOT_WRITTEN", "BROKEN_ELSEWHERE"})
    void hasAPageThatIsRight(Rule rule) throws IOException {
        String page = Files.readString(PAGES.resolve(rule.id() + ".md"));

        assertThat(Javac.into(temporary.resolve("wrong"))
                        .compile(code(page, "Wrong"))
                        .errors())
                .extracting(Problem::id)
                .isNotEmpty()
                .containsOnly(rule.id());
        assertThat(Javac.into(temporary.resolve("right"))
                        .compile(code(page, "Right"))
                        .complaints())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void isFoundWhereItIsBroken(Rule rule) throws IOException {
        List<Path> cases = cases(rule, "bad");

        assertThat(cases).isNotEmpty();
        for (Path folder : cases) {
            Processor processor =
                    FAULTS.getOrDefault(rule, NestmapProcessor::new).get();
            List<Source> sources = Source.allIn(folder, "classpath");
            List<Problem> errors =
                    compiler(folder).with(processor).compile(sources).errors();
            List<Problem> expected = sources.stream()
                    .flatMap(source -> Problem.expectedIn(source).stream())
                    .sorted()
                    .toList();

            assertThat(errors)
                    .as("errors in %s", folder)
                    .usingElementComparator((found, wanted) -> found.meets(wanted) ? 0 : 1)
                    .containsExactlyElementsOf(expected);
            assertThat(errors).extracting(Problem::id).contains(rule.id());
            assertThat(errors)
                    .extracting(Problem::message)
                    .as("what is wrong: why; what to do")
                    .allMatch(message -> message.matches("(?s)\\[NM-\\d+] .+: .+; .+") && !message.contains("%"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void isNotFoundWhereItIsKept(Rule rule) throws IOException {
        List<Path> cases = cases(rule, "good");

        assertThat(cases).isNotEmpty();
        for (Path folder : cases) {
            Javac.Result result = compiler(folder).compile(Source.allIn(folder, "classpath"));

            assertThat(result.complaints()).as("complaints in %s", folder).isEmpty();
            assertThat(result.files()).as("generated from %s", folder).isNotEmpty();
        }
    }

    @Test
    void thereAreNoPagesOrCasesWithoutARule() throws IOException {
        List<String> ids = Arrays.stream(Rule.values()).map(Rule::id).toList();

        assertThat(names(PAGES))
                .containsExactlyInAnyOrderElementsOf(
                        ids.stream().map(id -> id + ".md").toList());
        assertThat(names(CASES)).containsExactlyInAnyOrderElementsOf(ids);
    }

    /** A case's folder {@code classpath} is compiled before, and without the processor. */
    private Javac compiler(Path folder) throws IOException {
        Path output = Files.createTempDirectory(temporary, "out");
        Path before = folder.resolve("classpath");
        if (!Files.exists(before)) {
            return Javac.into(output);
        }
        Path classes = Files.createTempDirectory(temporary, "before");
        assertThat(Javac.into(classes).with().compile(Source.allIn(before)).complaints())
                .isEmpty();
        return Javac.into(output).classPath(classes);
    }

    private static List<Path> cases(Rule rule, String kind) throws IOException {
        try (Stream<Path> folders = Files.list(CASES.resolve(rule.id()))) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith(kind))
                    .sorted()
                    .toList();
        }
    }

    /** The code in a section of a page, each top-level type in a file of its own. */
    private static List<Source> code(String page, String section) {
        String code = page.substring(page.indexOf("\n## " + section + "\n"));
        String begin = "```java\n";
        int start = code.indexOf(begin) + begin.length();
        String types = code.substring(start, code.indexOf("```", start));
        return Arrays.stream(types.split("\n\n(?=\\S)", -1)).map(Source::acme).toList();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString()).toList();
        }
    }
}
