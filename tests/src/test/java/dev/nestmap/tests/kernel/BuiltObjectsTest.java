/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.builder.ModuleLayout;
import dev.nestmap.builder.ModuleObjectCompiler;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.processor.testing.Texts;
import dev.nestmap.runtime.internal.kernel.object.KernelObject;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kernel loads the examples' objects that the processor and the object builder make on this machine. The tests of examples run with the
 * objects of Maven's build, which in a virtual machine may be from another architecture.
 */
@KernelTest
class BuiltObjectsTest {
    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final Path SHIPPED_HEADERS =
            Path.of(BpfObjects.SHIPPED_HEADERS).toAbsolutePath();

    @TempDir
    private Path classes;

    @TempDir
    private Path objects;

    @TempDir
    private Path work;

    static List<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.walk(EXAMPLES)) {
            return folders.filter(folder -> folder.endsWith("src/main/bpf"))
                    .map(folder -> folder.resolve("../../..").normalize())
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void theKernelLoadsThem(Path module) throws Exception {
        List<JavaFileObject> declarations = Texts.allIn(module.resolve("src/main/java")).values().stream()
                .filter(source -> source.contains("\n@BpfObject"))
                .map(Sources::of)
                .toList();
        assertThat(new OutputFolder(classes).compile(declarations)).succeeded();
        ModuleLayout layout = ModuleLayout.of(module, module.resolve("src/main/bpf"), classes, objects, work);
        ModuleObjectCompiler.Options options = new ModuleObjectCompiler.Options(
                null, List.of("-Werror", "-I" + SHIPPED_HEADERS), List.of(), List.of(), List.of());

        new ModuleObjectCompiler(layout, options, BuiltObjectsTest::strict).run();

        try (Stream<Path> files = Files.walk(objects.resolve("META-INF/bpf"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".bpf.o")))
                    .isNotEmpty()
                    .allSatisfy(BuiltObjectsTest::load);
        }
    }

    private static void load(Path file) throws IOException {
        KernelObject object = TestPrograms.load(String.valueOf(file.getFileName()), Files.readAllBytes(file));
        try {
            assertThat(object.programs()).isNotEmpty();
        } finally {
            object.close();
        }
    }

    /** Fails at the first warning. */
    private static void strict(Level level, String message) {
        if (level != Level.INFO) {
            throw new AssertionError(message);
        }
    }
}
