/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.map.KernelMaps;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeTest {
    @ParameterizedTest
    @ValueSource(classes = {LibBpf.class, LibC.class, LibBpf.PrintFunction.class})
    void noFunctionHasSixPrimitiveArguments(Class<?> functions) {
        assertThat(functions.getMethods()).isNotEmpty().noneMatch(NativeTest::isPassedWronglyByJnr);
    }

    /** JNR 2.3.4 passes garbage as the sixth argument on x86-64. */
    private static boolean isPassedWronglyByJnr(Method method) {
        Class<?>[] types = method.getParameterTypes();
        return types.length == 6 && Arrays.stream(types).allMatch(Class::isPrimitive);
    }

    @Test
    @KernelTest
    void everyFunctionExistsInItsLibrary() {
        // The loader resolves all functions at once and fails if one is missing.
        assertThat(Native.libbpf().libbpf_num_possible_cpus()).isPositive();
        assertThat(Native.libc().if_nametoindex("lo")).isPositive();
    }

    @Test
    void aMissingLibraryNamesThePackageAndTheFile() {
        Native.Attempt attempt = Native.Attempt.at("libnestmap-missing.so.1");

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
        Native.Attempt attempt = new Native.Attempt("libbpf.so.1", null, null, error);

        assertThatThrownBy(attempt::requireLibbpf)
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("class org/objectweb/asm/ClassVisitor is missing")
                .hasMessageContaining("--add-modules ALL-MODULE-PATH")
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
                    new KernelMaps();
                    System.out.println("loaded");
                } catch (BpfException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }
}
