/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.layout;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.tests.toolchain.InstalledClang;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nestmap's layout rule gives the same sizes and offsets as every clang, for random records. */
@Tag("jdk-independent")
@Tag("long")
class LayoutTest {
    private static final int HEADERS = 16;

    /** Random seed of this run. Repeat a run with {@code -Dnestmap.seed=...}. */
    private static final long SEED = Long.getLong("nestmap.seed", System.nanoTime());

    @TempDir
    static Path output;

    private static final List<Schema> DECLARED = new ArrayList<>();

    @BeforeAll
    static void process() throws IOException {
        InstalledClang.newest(); // skips the test if no clang is installed
        System.out.println("LayoutTest: -Dnestmap.seed=" + SEED);
        List<JavaFileObject> sources = new ArrayList<>();
        int records = 0;
        for (int i = 0; i < HEADERS; i++) {
            RandomRecords random = new RandomRecords(SEED + i);
            sources.add(Sources.of(random.source("Random" + i, 50, 60, 25)));
            records += random.count();
        }
        assertThat(records).isGreaterThanOrEqualTo(2_000);
        assertThat(new OutputFolder(output).options("-proc:only").compile(sources))
                .succeeded();
        for (int i = 0; i < HEADERS; i++) {
            DECLARED.add(
                    SchemaText.parse(Files.readString(output.resolve("META-INF/bpf/random/random" + i + ".schema"))));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void clangLaysOutRecordsAsDeclared(InstalledClang clang) {
        DECLARED.parallelStream().forEach(declared -> {
            Schema actual = compile(clang, declared);

            assertThat(SchemaComparison.compare(declared, actual))
                    .as("%s, seed %d: missing in the object", clang, SEED)
                    .isEmpty();
            assertThat(SchemaComparison.compare(actual, declared))
                    .as("%s, seed %d: missing in the records", clang, SEED)
                    .isEmpty();
            assertThat(declared.types()).hasSizeGreaterThan(50);
            for (NamedType type : declared.types()) {
                assertThat(actual.type(type.name()).map(BtfEquivalent::of))
                        .as("%s, seed %d", clang, SEED)
                        .contains(BtfEquivalent.of(type));
            }
        });
    }

    private static Schema compile(InstalledClang clang, Schema declared) {
        Path object = output.resolve(clang + "-" + declared.header() + ".bpf.o");
        try {
            Path source = Files.writeString(
                    output.resolve(clang + "-" + declared.header() + ".bpf.c"),
                    "#include \"" + declared.header() + ".bpf.h\"\n");
            clang.compile(source, object, output.resolve("META-INF/bpf/include"))
                    .succeeded();
            return ObjectFile.parse(object.toString(), Files.readAllBytes(object))
                    .schema();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
