/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.partitioningBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.testing.Compilers;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.processor.testing.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.annotation.processing.Processor;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Proves that each rule rejects what its page calls wrong, and nothing that its page calls right. The page is the first case of its rule,
 * and begins with the message. Folders of {@code CASES} add boundaries, combinations and several files: {@code bad*} breaks the rule at
 * marked positions, {@code good*} keeps it. {@code POSITIONS} shows with a caret where a page without such marks breaks its rule. A case that
 * uses {@code Flow.class} and declares no record of this name gets {@link #FLOW}. {@code MESSAGES} has the messages of these cases that say
 * what neither the page nor the case says. {@code -Dgolden.update=true} rewrites messages and positions.
 */
class RulesTest {
    private static final Path PAGES = Path.of("..", "docs", "rules");
    private static final Pattern DIFFERENCE = Pattern.compile("(?ms)^```diff\n(.*?)^```$");
    private static final Path CASES = Path.of("src", "test", "resources", "rules");

    private static final Path POSITIONS = Path.of("src", "test", "resources", "rule-positions.txt");
    private static final Path MESSAGES = Path.of("src", "test", "resources", "rules.txt");
    private static final Pattern WORD = Pattern.compile("\\w+");
    private static final Pattern PROSE = Pattern.compile("(?<![\\w@.\"])[a-z']+(?:,? [a-z']+\\b(?![.(\"=_]))*");
    private static final boolean UPDATE = Boolean.getBoolean("golden.update");

    /** Rules that no source can break, with processors that meet the fault. */
    private static final Map<Rule, Supplier<Processor>> FAULTS = Map.of(
            Rule.INTERNAL_ERROR, Faults::filerThrows,
            Rule.NOTHING_GENERATED, Faults::typesGetLost,
            Rule.NOT_WRITTEN, Faults::diskIsFull);

    /** Rules whose pages show no source that breaks them: it takes a fault, or an earlier compilation. */
    private static final Set<Rule> WITHOUT_SOURCE_ON_PAGE =
            EnumSet.of(Rule.INTERNAL_ERROR, Rule.NOTHING_GENERATED, Rule.NOT_WRITTEN, Rule.COMPILED_TYPE_UNUSABLE);

    /** Inner maps for cases that are about their outer maps. */
    private static final JavaFileObject FLOW = Sources.acme("""
            @InnerMap(maxEntries = 64)
            record Flow(@Key @U32 long id, @U64 long packets) {}
            """);

    @TempDir
    Path temporary;

    @ParameterizedTest
    @EnumSource
    void hasAPage(Rule rule) throws IOException {
        String page = Files.readString(PAGES.resolve(rule.id() + ".md"));

        assertThat(page).startsWith("# " + rule.id() + ": ").contains("\n\n`[" + rule.id() + "] ");
    }

    @ParameterizedTest
    @EnumSource
    void pageShowsAWrongAndARightSource(Rule rule) throws IOException {
        assumeThat(WITHOUT_SOURCE_ON_PAGE).doesNotContain(rule);
        String page = Files.readString(PAGES.resolve(rule.id() + ".md"));

        Compilation wrong = Compilers.nestmap().compile(sources(page, "+"));
        List<String> messages = messages(wrong, rule);
        assertThat(messages).isNotEmpty().allMatch(message -> isOf(rule, message));
        List<String> positions = Errors.of(wrong, rule).stream()
                .map(error -> rule.id() + ": " + position(error))
                .toList();
        assertWellFormed(messages, rule);
        assertPageBeginsWith(messages.get(0), rule);
        if (cases(rule, "bad").isEmpty()) { // their marks show the positions
            assertThat(approved(POSITIONS, positions, line -> line.startsWith(rule.id())))
                    .containsExactlyElementsOf(positions);
        }
        assertKeeps(Compilers.nestmap().compile(sources(page, "-")), rule);
    }

    /** The line of an error, with a caret before its column. */
    private static String position(Diagnostic<? extends JavaFileObject> error) {
        String line = Texts.read(error.getSource())
                .lines()
                .skip(error.getLineNumber() - 1)
                .findFirst()
                .orElseThrow();
        int column = (int) error.getColumnNumber() - 1;
        return (line.substring(0, column) + "^" + line.substring(column)).strip();
    }

    private static void assertKeeps(Compilation compilation, Rule rule) {
        assertThat(compilation).succeeded();
        // A source about one rule may have a warning of another one.
        assertThat(compilation.warnings())
                .allMatch(warning -> Errors.rule(warning).startsWith("NM-5"));
        assertThat(Errors.of(compilation, rule)).isEmpty();
        assertThat(compilation.generatedFiles()).anyMatch(file -> file.getName().endsWith(".schema"));
    }

    private static void assertWellFormed(Collection<String> messages, Rule rule) {
        assertThat(messages)
                .as("problem: reason; remedy")
                .allMatch(message -> message.matches("(?s)\\[NM-\\d+] .+: .+; .+") && !message.contains("%"));
        assertThat(messages)
                .allSatisfy(message -> assertThat(firstLine(message))
                        .as("one address, at the end")
                        .endsWith(rule.pageReference())
                        .containsOnlyOnce("://"));
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElseThrow();
    }

    private static List<String> messages(Compilation compilation, Rule rule) {
        return Errors.of(compilation, rule).stream().map(Errors::message).toList();
    }

    @ParameterizedTest
    @EnumSource
    void isReportedWhereASourceBreaksIt(Rule rule) throws IOException {
        List<Path> cases = cases(rule, "bad");
        String page = Files.readString(PAGES.resolve(rule.id() + ".md"));
        Set<String> messages = new TreeSet<>();

        for (Path folder : cases) {
            Processor processor =
                    FAULTS.getOrDefault(rule, NestmapProcessor::new).get();
            Compilation compilation = compiler(folder).withProcessors(processor).compile(sources(folder));

            ExpectedError.assertMarked(compilation);
            List<String> found = messages(compilation, rule).stream()
                    .filter(message -> isOf(rule, message))
                    .toList();
            assertThat(found).as("messages in %s", folder).isNotEmpty();
            assertWellFormed(found, rule);
            if (WITHOUT_SOURCE_ON_PAGE.contains(rule)) {
                assertPageBeginsWith(firstLine(found.get(0)), rule);
            }
            String said = page + sources(folder).stream().map(Texts::read).collect(joining());
            found.stream()
                    .map(RulesTest::firstLine)
                    .filter(message -> !says(said, message.replace(rule.pageReference(), "")))
                    .forEach(messages::add);
        }
        assertThat(approved(MESSAGES, messages, message -> isOf(rule, message))).containsExactlyElementsOf(messages);
    }

    /** Whether a text has all words and numbers of a message, and all that stands between the names in it. */
    private static boolean says(String text, String message) {
        return Stream.of(WORD, PROSE)
                .flatMap(part -> part.matcher(message).results())
                .allMatch(part -> Pattern.compile("\\b" + Pattern.quote(part.group()) + "\\b")
                        .matcher(text)
                        .find());
    }

    private static void assertPageBeginsWith(String message, Rule rule) throws IOException {
        Path page = PAGES.resolve(rule.id() + ".md");
        String begin = "\n\n`" + message.replace(rule.pageReference(), "") + "`\n\n";
        if (UPDATE) {
            String text = Files.readString(page);
            Files.writeString(page, text.replaceFirst("(?s)\n\n`.*?`\n\n", Matcher.quoteReplacement(begin)));
        }
        assertThat(Files.readString(page).replaceFirst("\\A.*", "")).startsWith(begin);
    }

    /** The lines of a rule in a file of expected lines, where an update replaces them with the found ones. */
    private static List<String> approved(Path file, Collection<String> found, Predicate<String> ofRule)
            throws IOException {
        if (UPDATE) {
            Map<Boolean, List<String>> lines = Files.readAllLines(file).stream().collect(partitioningBy(ofRule));
            List<String> all = new ArrayList<>(requireNonNull(lines.get(false)));
            all.addAll(found);
            all.sort(Comparator.comparing((String line) -> line.replaceAll("\\A\\[?(NM-\\d+).*", "$1")));
            Files.write(file, all);
        }
        return Files.readAllLines(file).stream().filter(ofRule).toList();
    }

    private static boolean isOf(Rule rule, String message) {
        return message.startsWith("[" + rule.id() + "] ");
    }

    @ParameterizedTest
    @EnumSource
    void isNotReportedWhereASourceKeepsIt(Rule rule) throws IOException {
        for (Path folder : cases(rule, "good")) {
            assertKeeps(compiler(folder).compile(sources(folder)), rule);
        }
    }

    @Test
    void everyPageAndCaseBelongsToARule() throws IOException {
        List<String> ids = Arrays.stream(Rule.values()).map(Rule::id).toList();

        assertThat(names(PAGES))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(Stream.of("index"), ids.stream())
                        .map(id -> id + ".md")
                        .toList());
        assertThat(ids).containsAll(names(CASES));
    }

    private static List<JavaFileObject> sources(Path folder) {
        List<JavaFileObject> sources = Sources.allIn(folder, "classpath");
        String all = sources.stream().map(Texts::read).collect(joining());
        boolean usesDefault = all.contains("Flow.class") && !all.contains("record Flow(");
        return usesDefault ? Stream.concat(sources.stream(), Stream.of(FLOW)).toList() : sources;
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
        if (!Files.exists(CASES.resolve(rule.id()))) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(CASES.resolve(rule.id()))) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith(kind))
                    .sorted()
                    .toList();
        }
    }

    /** The wrong or the right sources of a page: one side of the difference that it shows. A difference without an interface is inside of {@code Flows}. */
    private static List<JavaFileObject> sources(String page, String otherSide) {
        Matcher difference = DIFFERENCE.matcher(page);
        assertThat(difference.find()).isTrue();
        String text = difference
                .group(1)
                .lines()
                .filter(line -> !line.startsWith(otherSide))
                .map(line -> line.isEmpty() ? line : line.substring(1))
                .collect(joining("\n"));
        boolean isWhole = difference.group(1).contains("interface ");
        String source = isWhole ? text : "@BpfObject\ninterface Flows {\n" + text.indent(4) + "}\n";
        return Sources.eachOf(source);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString()).toList();
        }
    }
}
