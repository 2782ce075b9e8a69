/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Proves that records can declare the maps of real programs: each shape compiles, loads, and exchanges data with its BPF program. It finds
 * what Nestmap cannot express, where the random types of the other tests only combine what it can.
 */
class ShapesTest {
    private static final Path PAGE = Path.of("../examples/shapes/README.md");

    @TempDir
    Path directory;

    static List<Shape> shapes() {
        return Shapes.all();
    }

    static Stream<Arguments> compilations() {
        return Shapes.all().stream()
                .flatMap(shape -> InstalledClang.installed().map(clang -> Arguments.of(shape, clang)));
    }

    @Tag("jdk-independent")
    @ParameterizedTest
    @MethodSource("compilations")
    void theObjectHasTheDeclaredSchema(Shape shape, InstalledClang clang) throws IOException {
        Schema declared = declared(shape);
        Schema compiled = schema(BpfObjects.of("shapes/" + shape.name(), clang));

        assertThat(declared.maps()).isNotEmpty();
        assertThat(SchemaComparison.compare(declared, compiled)).isEmpty();
    }

    @KernelTest
    @ParameterizedTest
    @MethodSource("shapes")
    void eachSideReadsWhatTheOtherWrote(Shape shape) throws Exception {
        shape.exchange().with(BpfObjects.of("shapes/" + shape.name()));
    }

    @Tag("jdk-independent")
    @Test
    void aBigEndianObjectHasTheSameSchema() throws IOException {
        for (Shape shape : Shapes.all()) {
            Path object = directory.resolve(shape.name() + ".o");
            InstalledClang.newest()
                    .compile(
                            BpfObjects.source("shapes/" + shape.name()),
                            object,
                            List.of("-target", "bpfeb", "-O2", "-I" + BpfObjects.headers()))
                    .succeeded();

            assertThat(SchemaComparison.compare(declared(shape), schema(object)))
                    .as(shape.toString())
                    .isEmpty();
        }
    }

    @Test
    void thePageListsAllShapes() throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, Shapes.page());
        }

        assertThat(PAGE).content().isEqualTo(Shapes.page());
        assertThat(Shapes.all())
                .extracting(Shape::number)
                .containsExactlyElementsOf(
                        Stream.iterate(1, n -> n + 1).limit(25).toList());
    }

    private static Schema declared(Shape shape) throws IOException {
        return SchemaText.parse(Files.readString(BpfObjects.generated(shape.name() + ".schema")));
    }

    private static Schema schema(Path object) throws IOException {
        return ObjectFile.parse(object.toString(), Files.readAllBytes(object)).schema();
    }
}
