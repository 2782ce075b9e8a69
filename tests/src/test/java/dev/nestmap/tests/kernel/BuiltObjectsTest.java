/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.builder.ModuleLayout;
import dev.nestmap.builder.ModuleObjectCompiler;
import dev.nestmap.runtime.internal.kernel.object.KernelObject;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The kernel loads the examples' objects that the object builder makes on this machine; the Maven plugin calls the same class. The tests of
 * examples run with the objects of Maven's build, which in a virtual machine may be from another architecture.
 */
@Tag("jdk-independent")
@KernelTest
class BuiltObjectsTest {
    @TempDir
    private Path objects;

    @TempDir
    private Path work;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "examples/fleet",
                "examples/load-balancer",
                "examples/new-tenants",
                "examples/rate-limits",
                "examples/rolling-upgrade",
                "examples/syscalls",
                "examples/tenant-flows"
            })
    void theKernelLoadsThem(String module) throws Exception {
        Path directory = Path.of("..").resolve(module);
        ModuleLayout layout = ModuleLayout.of(
                directory, directory.resolve("src/main/bpf"), directory.resolve("target/classes"), objects, work);
        ModuleObjectCompiler.Options options =
                new ModuleObjectCompiler.Options(null, List.of("-Werror"), List.of(), List.of(), List.of(), null);

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
