/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jnr.ffi.LibraryLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NativeLibrariesTest {
    @ParameterizedTest
    @ValueSource(classes = {LibBpf.class, LibC.class, LibBpf.PrintFunction.class})
    void noFunctionHasSixPrimitiveArguments(Class<?> functions) {
        assertThat(functions.getMethods()).isNotEmpty().noneMatch(NativeLibrariesTest::isPassedWronglyByJnr);
    }

    /** JNR 2.3.4 passes garbage as the sixth argument on x86-64. */
    private static boolean isPassedWronglyByJnr(Method method) {
        Class<?>[] types = method.getParameterTypes();
        return types.length == 6 && Arrays.stream(types).allMatch(Class::isPrimitive);
    }

    @Test
    @KernelTest
    void everyFunctionExistsInItsLibrary() {
        assertThat(MissingFunctions.in(LibBpf.class, "libbpf.so.1")).isEmpty();
        assertThat(MissingFunctions.in(LibC.class, "libc.so.6")).isEmpty();
    }

    /** Functions of a newer libbpf. */
    public interface NewerLibBpf {
        int libbpf_num_possible_cpus();

        int bpf_map__of_a_later_version(long map);
    }

    /** Older versions of libbpf work, as far as they have the functions. */
    @Test
    @KernelTest
    void aMissingFunctionFailsWithWordsWhenItIsCalled() {
        NewerLibBpf loaded =
                LibraryLoader.create(NewerLibBpf.class).failImmediately().load("libbpf.so.1");
        NewerLibBpf libbpf = MissingFunctions.explain(NewerLibBpf.class, loaded, "libbpf.so.1");

        assertThat(libbpf.libbpf_num_possible_cpus()).isPositive();
        assertThatThrownBy(() -> libbpf.bpf_map__of_a_later_version(0))
                .isInstanceOf(BpfException.class)
                .hasMessage(
                        "call of bpf_map__of_a_later_version: libbpf.so.1 has no such function: install a newer version"
                                + " of it. Nestmap is tested with libbpf 1.1 and newer");
    }

    @Test
    @KernelTest
    void findsTheErrnoWithALibbpfThatLacksAFunction(@TempDir Path directory) throws Exception {
        copyLibbpfWithout("bpf_prog_detach2", directory);

        assertThat(new ChildVm()
                        .startedBy("env", "LD_LIBRARY_PATH=" + directory)
                        .run(OlderMain.class))
                .contains("call of bpf_prog_detach2: libbpf.so.1 has no such function")
                .contains("errno " + ErrnoNumbers.ENOENT);
    }

    /** Copies libbpf and gives a function another name, as if this version did not have it. */
    private static void copyLibbpfWithout(String function, Path directory) throws IOException {
        NativeLibraries.libbpf();
        String mapping = Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains("/libbpf.so.1"))
                .findFirst()
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(Path.of(mapping.substring(mapping.indexOf('/'))));
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf('\0' + function + '\0');
        assertThat(at).isPositive();
        bytes[at + 1] = 'x'; // other names may be the rest of this one
        Files.write(directory.resolve("libbpf.so.1"), bytes);
    }

    /** Calls a function that libbpf lacks, and a function of the C library that fails. */
    static final class OlderMain {
        private OlderMain() {}

        public static void main(String[] arguments) {
            try {
                NativeLibraries.libbpf().bpf_prog_detach2(-1, -1, 0);
            } catch (BpfException e) {
                System.out.println(e.getMessage());
            }
            NativeLibraries.libc().open("/nestmap-missing", 0);
            System.out.println("errno " + NativeLibraries.lastErrno());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2.6.32-754.el6, false",
        "4.18.0-553.el8_10.x86_64, false",
        "5.4.0-150-generic, false",
        "5.7.19, false",
        "5.8.0, true",
        "5.15.0-1.fc35, true",
        "6.1.0-56-cloud-amd64, true",
        "10.0, true",
        "unknown, true"
    })
    void kernelsBeforeLinux58AreTooOld(String release, boolean supported) {
        assertThat(KernelAndLibbpfVersions.isSupported(release)).isEqualTo(supported);
    }

    /** The JVM says which kernel runs, so a test can claim that it is an old one. */
    @Test
    void anOldKernelIsRejectedWithWords() throws Exception {
        assertThat(new ChildVm().with("-Dos.version=5.4.0-150-generic").run(DeniedMain.class))
                .contains("use of BPF: this machine runs Linux 5.4.0-150-generic, and Nestmap needs Linux 5.8 or newer")
                .contains("Maps in memory (inMemory() of generated classes) need no kernel")
                .doesNotContain("loaded");
    }

    @Test
    void aMissingLibraryNamesThePackageAndTheFile() {
        NativeLibraries.Attempt attempt = NativeLibraries.Attempt.at("libnestmap-missing.so.1");

        assertThatThrownBy(attempt::requireLibbpf)
                .isInstanceOf(BpfException.class)
                .hasMessageStartingWith(
                        "loading of libnestmap-missing.so.1: java.library.path, LD_LIBRARY_PATH and the system's library directories contain no library that can be loaded")
                .hasMessageContaining("libbpf1 (Debian, Ubuntu)")
                .hasCauseInstanceOf(UnsatisfiedLinkError.class);
    }

    @Test
    void aMissingClassIsNotReportedAsAMissingLibrary() {
        LinkageError error = new NoClassDefFoundError("org/objectweb/asm/ClassVisitor");
        NativeLibraries.Attempt attempt = new NativeLibraries.Attempt("libbpf.so.1", null, null, error);

        assertThatThrownBy(attempt::requireLibbpf)
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("class org/objectweb/asm/ClassVisitor is missing")
                .hasMessageContaining("onto the class path or onto the module path")
                .hasCause(error);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_24, disabledReason = "older Java VMs don't deny native access")
    void deniedNativeAccessNamesTheFlag() throws Exception {
        assertThat(new ChildVm().denyingNativeAccess().run(DeniedMain.class))
                .contains("loading of libbpf.so.1: this Java VM denies native access")
                .contains("--enable-native-access=ALL-UNNAMED");
    }

    /** Prints the messages of two attempts. */
    static final class DeniedMain {
        private DeniedMain() {}

        public static void main(String[] arguments) {
            for (int i = 0; i < 2; i++) {
                try {
                    new KernelMapFactory();
                    System.out.println("loaded");
                } catch (BpfException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }
}
