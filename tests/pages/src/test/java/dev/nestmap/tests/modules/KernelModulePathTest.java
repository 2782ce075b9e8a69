/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.modules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.KernelTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A named module that only requires {@code dev.nestmap.runtime} is compiled and run on the module path. */
@KernelTest
class KernelModulePathTest {
    private static final Path SOURCES = Path.of("src", "test", "resources", "modules");

    @TempDir
    static Path classes;

    @BeforeAll
    static void compileWithoutWarnings() {
        assertThat(compile()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void anApplicationRunsOnTheModulePath(String implementation, String module) throws Exception {
        assertThat(run("-Dnestmap.native=" + implementation, "--enable-native-access=" + module))
                .containsExactly(
                        "module app", "Guest[id=5, nights=3]", "Guest[id=5, nights=3]"); // in memory, and in the kernel
    }

    @ParameterizedTest
    @MethodSource("implementations")
    @EnabledForJreRange(min = JRE.JAVA_24, disabledReason = "older Java VMs don't deny native access")
    void deniedNativeAccessNamesTheModule(String implementation, String module) throws Exception {
        assertThat(run(
                        "-Dnestmap.native=" + implementation,
                        "--illegal-native-access=deny",
                        "--enable-native-access=dev.nestmap.runtime"))
                .anySatisfy(line -> assertThat(line)
                        .contains("loading of libbpf.so.1: this Java VM denies native access")
                        .contains("start it with --enable-native-access=" + module));
    }

    /** With java.lang.foreign, an application needs no jar of others but JSpecify. */
    @Test
    @EnabledForJreRange(min = JRE.JAVA_22, disabledReason = "older versions have no java.lang.foreign")
    void anApplicationRunsWithoutJnr() throws Exception {
        assertThat(run(ModulePath.ofRuntimeWithoutJnr(), "--enable-native-access=dev.nestmap.foreign"))
                .containsExactly("module app", "Guest[id=5, nights=3]", "Guest[id=5, nights=3]");
    }

    static Stream<Arguments> implementations() {
        Stream<Arguments> jnr = Stream.of(Arguments.of("jnr", "org.jnrproject.jffi"));
        return Runtime.version().feature() < 22
                ? jnr
                : Stream.concat(jnr, Stream.of(Arguments.of("foreign", "dev.nestmap.foreign")));
    }

    private static String compile() {
        // The processor claims no annotation, so that others see them: javac's lint "processing" warns of each.
        List<String> arguments = new ArrayList<>(
                List.of("-Xlint:all,-path,-processing", "-p", ModulePath.argument(ModulePath.ofRuntime())));
        if (ModulePath.isPackaged()) {
            arguments.addAll(List.of("--processor-module-path", ModulePath.argument(ModulePath.ofProcessor())));
        } else {
            arguments.addAll(List.of("-processorpath", System.getProperty("java.class.path")));
        }
        arguments.addAll(List.of(
                "-d", classes.toString(), SOURCES.resolve("module-info.java").toString()));
        arguments.add(SOURCES.resolve(Path.of("app", "Rooms.java")).toString());
        arguments.add(SOURCES.resolve(Path.of("app", "Main.java")).toString());
        StringWriter messages = new StringWriter();
        PrintWriter out = new PrintWriter(messages);
        ToolProvider.findFirst("javac").orElseThrow().run(out, out, arguments.toArray(String[]::new));
        return messages.toString();
    }

    private static List<String> run(String... vmArguments) throws IOException {
        return run(ModulePath.ofRuntime(), vmArguments);
    }

    private static List<String> run(List<Path> modules, String... vmArguments) throws IOException {
        List<Path> all = new ArrayList<>(modules);
        all.add(classes);
        return ModulePath.run(all, List.of(vmArguments), "app/app.Main");
    }
}
