/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.types.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Proves that records can declare the maps of real programs: each shape compiles, has the sizes of the original, and loads. It finds what
 * Nestmap cannot express, where the random types of the other tests only combine what it can. {@code EchoTest} exchanges entries of such types
 * with programs.
 */
class ShapesTest {
    private static final Path PAGE = Path.of("../examples/shapes/README.md");

    @TempDir
    Path directory;

    static List<Shape> shapes() {
        return Shapes.all();
    }

    static Stream<Arguments> compilations() {
        return Shapes.all().stream().flatMap(shape -> InstalledClang.all().map(clang -> Arguments.of(shape, clang)));
    }

    @ParameterizedTest
    @MethodSource("compilations")
    void theObjectHasTheDeclaredSchema(Shape shape, InstalledClang clang) throws IOException {
        Schema declared = declared(shape);
        Schema compiled = schema(compile(shape, clang));

        assertThat(declared.maps()).isNotEmpty();
        assertThat(SchemaComparison.compare(declared, compiled)).isEmpty();
    }

    @KernelTest
    @ParameterizedTest
    @MethodSource("shapes")
    void theKernelCreatesTheMaps(Shape shape) throws IOException {
        if (shape.name().equals("kernel_selftests")) {
            KernelAssumptions.assume(KernelFeature.LOCKS_IN_INNER_MAPS);
        }
        Path object = compiled(shape.name());

        try (BpfFs pins = BpfFs.mount();
                LoadedObject bpf = shape.open()
                        .apply(object)
                        .pins(PinOptions.in(pins.path("")))
                        .load()) {
            assertThat(bpf.isClosed()).isFalse();
        }
    }

    /** {@code EchoTest} has no entries of these sizes, which the verifier would follow byte by byte. */
    @KernelTest
    @Test
    void largeKeysAndValuesAreReadAsTheyWereWritten() throws IOException {
        int[] backends = new int[32749];
        backends[0] = 1;
        backends[32748] = -1;
        byte[] bytes = new byte[4098];
        bytes[4097] = 1;
        ByteString text = ByteString.of(bytes);
        try (BpfFs pins = BpfFs.mount();
                ConsistentHashesBpf hashes = ConsistentHashesBpf.open(compiled("consistent_hashes"))
                        .pins(PinOptions.in(pins.path("")))
                        .load();
                TextSetsBpf texts = TextSetsBpf.load(compiled("text_sets"))) {
            hashes.service().create(65535).put(new ConsistentHashes.Table(0, backends));
            texts.texts4098().create(7).put(new TextSets.Text4098(text, 1));

            assertThat(Objects.requireNonNull(hashes.service().get(65535, 0)).backends())
                    .isEqualTo(backends);
            assertThat(texts.texts4098().get(7, text)).isEqualTo(new TextSets.Text4098(text, 1));
        }
    }

    @Test
    void aMethodOfTheRecordSelectsTheMemberOfAUnion() {
        int[] children = new int[1024];
        children[1023] = 7;
        UnwindNodes.Content.Leaf leaf = new UnwindNodes.Content.Leaf(3, new int[256], new int[256], rules());
        try (UnwindNodesBpf bpf = UnwindNodesBpf.inMemory()) {
            UnwindNodesBpf.PageMap pages = bpf.parts().create(1);
            pages.put(page(0, UnwindNodes.Kind.NODE, new UnwindNodes.Content.Node(children)));
            pages.put(page(1, UnwindNodes.Kind.LEAF, leaf));

            assertThat(Objects.requireNonNull(pages.get(0)).selected())
                    .isInstanceOfSatisfying(
                            UnwindNodes.Content.Node.class,
                            node -> assertThat(node.children()).isEqualTo(children));
            assertThat(Objects.requireNonNull(pages.get(1)).selected())
                    .usingRecursiveComparison()
                    .isEqualTo(leaf);
        }
    }

    private static UnwindNodes.Page page(long index, UnwindNodes.Kind kind, UnwindNodes.Content content) {
        return new UnwindNodes.Page(index, index, 0, 1, 2, 1, kind, UnwindNodesBpf.ContentUnion.of(content));
    }

    private static UnwindNodes.Unwind[] rules() {
        UnwindNodes.Cfa cfa = new UnwindNodes.Cfa(UnwindNodes.Rule.CFA, 7, 16);
        UnwindNodes.Unwind[] rules = new UnwindNodes.Unwind[256];
        Arrays.fill(rules, new UnwindNodes.Unwind(cfa, new UnwindNodes.Ra((byte) -8)));
        return rules;
    }

    private Path compiled(String name) throws IOException {
        Shape named = Shapes.all().stream()
                .filter(shape -> shape.name().equals(name))
                .findFirst()
                .orElseThrow();
        return compile(named, InstalledClang.newest());
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
                        Stream.iterate(1, n -> n + 1).limit(11).toList());
    }

    /** Compiles the header of a shape, and compares the sizes with the original. */
    private Path compile(Shape shape, InstalledClang clang) throws IOException {
        Path source = Files.writeString(
                directory.resolve(shape.name() + ".bpf.c"), """
                #include "%s.bpf.h"
                _Static_assert(%s, "sizes of the original");
                """.formatted(shape.name(), shape.sizes()));
        Path object = directory.resolve(shape.name() + ".bpf.o");
        clang.compile(source, object, BpfObjects.headers()).succeeded();
        return object;
    }

    private static Schema declared(Shape shape) throws IOException {
        return SchemaText.parse(Files.readString(BpfObjects.generated(shape.name() + ".schema")));
    }

    private static Schema schema(Path object) throws IOException {
        return ObjectFile.parse(object.toString(), Files.readAllBytes(object)).schema();
    }
}
