/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.nestmap.btf.Architecture;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.schema.GeneratedCodeInterface;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A load takes the object of this machine's architecture, and refuses one that has the registers of another. */
class ArchitectureTest {
    private static final Architecture HERE = Architecture.ofThisMachine().orElseThrow();
    private static final Architecture OTHER = HERE == Architecture.X86 ? Architecture.ARM64 : Architecture.X86;

    @TempDir
    Path directory;

    private URLClassLoader loader;
    private GeneratedClass generated;
    private Path folder;

    @BeforeEach
    void createResources() throws IOException {
        loader = new URLClassLoader(new URL[] {directory.toUri().toURL()});
        Class<?> anchor = Proxy.newProxyInstance(
                        loader, new Class<?>[] {Runnable.class}, (proxy, method, arguments) -> null)
                .getClass();
        folder = Files.createDirectories(directory
                .resolve("META-INF/bpf")
                .resolve(anchor.getPackageName().replace('.', '/')));
        generated = new GeneratedClass(anchor, "probe", GeneratedCodeInterface.INTERFACE_VERSION);
    }

    @AfterEach
    void close() throws IOException {
        loader.close();
    }

    @Test
    void takesTheObjectOfThisArchitecture() throws IOException {
        write("probe." + OTHER + ".bpf.o", 1);
        write("probe." + HERE + ".bpf.o", 2);

        assertThat(generated.object()).containsExactly(2);
    }

    @Test
    void takesTheOnlyObject() throws IOException {
        write("probe.bpf.o", 3);

        assertThat(generated.object()).containsExactly(3);
    }

    @Test
    void namesTheArchitecturesThatThereAre() throws IOException {
        write("probe." + OTHER + ".bpf.o", 1);

        assertBpfException(
                () -> generated.object(),
                "probe." + HERE + ".bpf.o",
                "was built only for " + OTHER + ". Add this machine's architecture");
    }

    @Test
    void refusesRegistersOfAnotherArchitecture() {
        assertBpfException(
                settings(OTHER)::plan,
                "compiled for " + OTHER,
                "this machine is " + System.getProperty("os.arch"),
                "-D__TARGET_ARCH_" + HERE);
    }

    @Test
    void acceptsRegistersOfThisMachine() {
        assertThatCode(() -> settings(HERE).plan().close()).doesNotThrowAnyException();
    }

    private static LoadSettings settings(Architecture architecture) {
        byte[] object = TestPrograms.object("registers.bpf.c", "-D__TARGET_ARCH_" + architecture);
        return new LoadSettings("registers.bpf.o", object, null, List.of());
    }

    private void write(String name, int content) throws IOException {
        Files.write(folder.resolve(name), new byte[] {(byte) content});
    }
}
