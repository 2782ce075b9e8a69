/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import dev.nestmap.processor.testing.Compilers;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.schema.rules.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.annotation.processing.Processor;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every rule of the catalogue has a page, sources that break it at marked positions, and sources that keep it. */
class RulesTest {
    private static final Path PAGES = Path.of("..", "docs", "rules");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\n(.*?)^```$");
    private static final Path CASES = Path.of("src", "test", "resources", "rules");

    /** Rules that no source can break, with processors that meet the fault. */
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
            names = {"INTERNAL_ERROR", "NOTHING_GENERATED", "NOT_WRITTEN", "COMPILED_TYPE_UNUSABLE"})
    void pageShowsAWrongAndARightSource(Rule rule) throws IOException {
        String page = Files.readString(PAGES.resolve(rule.id() + ".md"));

        for (List<JavaFileObject> wrong : code(page, "Wrong")) {
            assertThat(Errors.rules(Compilers.nestmap().compile(wrong)))
                    .isNotEmpty()
                    .containsOnly(rule.id());
        }
        for (List<JavaFileObject> right : code(page, "Right")) {
            assertThat(Compilers.nestmap().compile(right)).succeededWithoutWarnings();
        }
    }

    @ParameterizedTest
    @EnumSource
    void isReportedWhereASourceBreaksIt(Rule rule) throws IOException {
        List<Path> cases = cases(rule, "bad");

        assertThat(cases).isNotEmpty();
        for (Path folder : cases) {
            Processor processor =
                    FAULTS.getOrDefault(rule, NestmapProcessor::new).get();
            Compilation compilation = compiler(folder).withProcessors(processor).compile(sources(folder));

            ExpectedError.assertMarked(compilation);
            assertThat(Errors.rules(compilation)).as("errors in %s", folder).contains(rule.id());
            assertThat(Errors.messages(compilation))
                    .as("problem: reason; remedy")
                    .allMatch(message -> message.matches("(?s)\\[NM-\\d+] .+: .+; .+") && !message.contains("%"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void isNotReportedWhereASourceKeepsIt(Rule rule) throws IOException {
        List<Path> cases = cases(rule, "good");

        assertThat(cases).isNotEmpty();
        for (Path folder : cases) {
            Compilation compilation = compiler(folder).compile(sources(folder));

            assertThat(compilation).succeededWithoutWarnings();
            assertThat(compilation.generatedFiles())
                    .as("generated from %s", folder)
                    .anyMatch(file -> file.getName().endsWith(".schema"));
        }
    }

    @Test
    void everyPageAndCaseBelongsToARule() throws IOException {
        List<String> ids = Arrays.stream(Rule.values()).map(Rule::id).toList();

        assertThat(names(PAGES))
                .containsExactlyInAnyOrderElementsOf(
                        ids.stream().map(id -> id + ".md").toList());
        assertThat(names(CASES)).containsExactlyInAnyOrderElementsOf(ids);
    }

    private static List<JavaFileObject> sources(Path folder) {
        return Sources.allIn(folder, "classpath");
    }

    /** A case's folder {@code classpath} holds types of another module, which was compiled without the processor. */
    private Compiler compiler(Path folder) throws IOException {
        Path older = folder.resolve("classpath");
        if (!Files.exists(older)) {
            return Compilers.nestmap();
        }
        Path classes = Files.createTempDirectory(temporary, "classpath");
        assertThat(new OutputFolder(classes).options("-proc:none").compile(Sources.allIn(older)))
                .succeededWithoutWarnings();
        return Compilers.nestmap(classes);
    }

    private static List<Path> cases(Rule rule, String kind) throws IOException {
        try (Stream<Path> folders = Files.list(CASES.resolve(rule.id()))) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith(kind))
                    .sorted()
                    .toList();
        }
    }

    /** The blocks of code in a section of a page, each top-level type in a file of its own. */
    private static List<List<JavaFileObject>> code(String page, String section) {
        String text = page.split("\n## " + section + "\n", 2)[1].split("\n## ", 2)[0];
        List<List<JavaFileObject>> blocks = BLOCK.matcher(text)
                .results()
                .map(block -> Arrays.stream(block.group(1).split("\n\n(?=\\S)", -1))
                        .map(Sources::acme)
                        .toList())
                .toList();
        assertThat(blocks).isNotEmpty();
        return blocks;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString()).toList();
        }
    }
}
