/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.processor.testing.Compilers;
import dev.nestmap.processor.testing.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Proves that each feature generates exactly the Java, the C and the schema that a person has read. {@code golden/base.java} declares an
 * inner, an outer and a plain map, whose files are in the folder {@code golden/base}: a person reads them once, and each of these maps alone
 * would be longer than the golden of a feature may be. Each golden beside it, named after a feature, has a {@link GoldenSource} and, below
 * a line of {@code =}, {@link GeneratedChanges}: what is generated from it and not from the base, or not from the simpler feature that the
 * first line names. {@code -Dgolden.update=true} rewrites what is generated. Read the difference before you commit it.
 */
class GoldenTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");
    private static final Path BASE = GOLDEN.resolve("base");
    private static final String END_OF_SOURCE = "\n" + "=".repeat(80) + "\n";
    private static final Pattern WITH = Pattern.compile("\\A// With (.*)");
    private static final Pattern STRUCT =
            Pattern.compile(" struct (\\w+): size (\\d+)(.*?)(?= (?:map|struct|union|enum) \\w+: |$)");
    private static final Pattern EXTERNAL =
            Pattern.compile(" external \"[^\"]*\":((?: \\w+)+?)(?= (?:struct|union|enum) \\w+: )");
    private static final Pattern FIELD =
            Pattern.compile(" (?:field|pad) (\\w+): (?:(?! (?:field|pad) ).)*?offset (\\d+), size");
    private static final Pattern ASSERTED = Pattern.compile("(?:size|offset)of\\(struct (\\w+)(?:, \\w+)?\\) == \\d+");

    private static final Map<String, Map<String, String>> COMPILED = new HashMap<>();
    private static final boolean UPDATE = Boolean.getBoolean("golden.update");

    /** Mutation tests run this class again in the same VM, with a changed processor. */
    @BeforeAll
    static void forgetWhatAnotherRunGenerated() {
        COMPILED.clear();
    }

    @Test
    void generatesTheGoldenFilesOfTheBase() throws IOException {
        Map<String, String> generated = compiled("base");
        if (UPDATE) {
            for (Map.Entry<String, String> file : generated.entrySet()) {
                Path path = BASE.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
        }

        Map<String, String> expected = Texts.allIn(BASE);
        assertThat(generated.keySet()).isEqualTo(expected.keySet());
        assertThat(generated.values().stream().flatMap(String::lines))
                .as("a person reads it once, for all features")
                .hasSizeLessThan(920);
        expected.forEach(
                (path, text) -> assertThat(generated.get(path)).as(path).isEqualTo(text));
    }

    @ParameterizedTest
    @MethodSource("features")
    void generatesTheGoldenChangesOfAFeature(String feature) throws IOException {
        Path golden = GOLDEN.resolve(feature);
        Map<String, String> generated = compiled(feature);
        String text =
                written(feature) + END_OF_SOURCE + GeneratedChanges.between(compiled(simpler(feature)), generated);
        if (UPDATE) {
            Files.writeString(golden, text);
        }

        assertThat(text).isEqualTo(Files.readString(golden));
        assertThat(text.lines()).as("a person reads it").hasSizeLessThan(280);
    }

    static List<String> features() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("base"))
                    .sorted()
                    .toList();
        }
    }

    /** Goldens leave these assertions out, but for external types. */
    @ParameterizedTest
    @MethodSource("features")
    void headersAssertEachNumberOfTheSchema(String feature) throws IOException {
        String all = String.join("\n", compiled(feature).values()).replaceAll("\\s+", " ");
        Set<String> external = EXTERNAL.matcher(all)
                .results()
                .flatMap(types -> Stream.of(types.group(1).split(" ")))
                .collect(Collectors.toSet());
        Set<String> numbers = new TreeSet<>();
        for (String type : all.split("(?= struct \\w+: size )", -1)) {
            Matcher struct = STRUCT.matcher(type);
            if (struct.lookingAt() && !external.contains(struct.group(1))) {
                numbers.add("sizeof(struct %s) == %s".formatted(struct.group(1), struct.group(2)));
                FIELD.matcher(struct.group(3))
                        .results()
                        .map(field -> "offsetof(struct %s, %s) == %s"
                                .formatted(struct.group(1), field.group(1), field.group(2)))
                        .forEach(numbers::add);
            }
        }

        Set<String> asserted = ASSERTED.matcher(all)
                .results()
                .filter(assertion -> !external.contains(assertion.group(1)))
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(asserted).isEqualTo(numbers);
    }

    @Test
    void orderOfSourcesDoesNotMatter() throws IOException {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        List<JavaFileObject> sources = source("inner-map-in-a-file").files();
        Map<String, String> first = generated(process(sources));
        for (int i = 0; i < 5; i++) {
            List<JavaFileObject> shuffled = new ArrayList<>(sources);
            Collections.shuffle(shuffled, random);

            Map<String, String> again = generated(process(shuffled));

            assertThat(again).as("seed %s", seed).isEqualTo(first);
        }
    }

    /** The feature that the first line of a golden names after {@code // With}, or the base. */
    private static String simpler(String feature) throws IOException {
        Matcher with = WITH.matcher(written(feature));
        return with.find() ? with.group(1) : "base";
    }

    /** What a person wrote: all before the line of {@code =}. */
    private static String written(String feature) throws IOException {
        return Files.readString(GOLDEN.resolve(feature)).split(END_OF_SOURCE, 2)[0];
    }

    private static GoldenSource source(String feature) throws IOException {
        return feature.equals("base")
                ? new GoldenSource().with(Files.readString(GOLDEN.resolve("base.java")))
                : source(simpler(feature)).with(written(feature));
    }

    private static Map<String, String> compiled(String feature) throws IOException {
        Map<String, String> known = COMPILED.get(feature);
        if (known != null) {
            return known;
        }
        Compilation compilation = Compilers.nestmap().compile(source(feature).files());
        assertThat(compilation).succeededWithoutWarnings();
        Map<String, String> generated = generated(compilation);
        COMPILED.put(feature, generated);
        return generated;
    }

    /** Generates files without compiling them. */
    private static Compilation process(List<JavaFileObject> sources) {
        return Compilers.nestmap().withOptions("-proc:only").compile(sources);
    }

    /** Every generated file that is not a class, by its path below the output folder. */
    private static Map<String, String> generated(Compilation compilation) {
        Map<String, String> texts = new TreeMap<>();
        for (JavaFileObject file : compilation.generatedFiles()) {
            if (file.getKind() != JavaFileObject.Kind.CLASS) {
                // compile-testing names files "/CLASS_OUTPUT/META-INF/bpf/all.schema" and
                // "/SOURCE_OUTPUT/com/acme/AllBpf.java".
                texts.put(file.getName().replaceFirst("^/[A-Z_]+/", ""), Texts.read(file));
            }
        }
        return texts;
    }
}
