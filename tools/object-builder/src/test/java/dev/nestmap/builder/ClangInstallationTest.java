/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Versions of clang are read from each distribution's output. */
class ClangInstallationTest {
    private static final Path EXECUTABLE = Path.of("/usr/bin/clang");

    @ParameterizedTest
    @CsvSource({
        "Debian clang version 14.0.6, 14, 14.0.6",
        "Ubuntu clang version 18.1.3 (1ubuntu1), 18, 18.1.3",
        "clang version 21.1.0 (Fedora 21.1.0-1.fc43), 21, 21.1.0",
        "Apple clang version 15.0.0 (clang-1500.3.9.4), 15, 15.0.0",
        "clang version 22.0.0git (https://github.com/llvm/llvm-project 1f2b3c), 22, 22.0.0",
    })
    void readsTheVersionOfDistributions(String line, int major, String number) {
        assertThat(ClangInstallation.parse(EXECUTABLE, line + "\nTarget: x86_64-pc-linux-gnu\nThread model: posix\n"))
                .contains(new ClangInstallation(EXECUTABLE, major, number, line));
    }

    @Test
    void isEmptyForOtherPrograms() {
        assertThat(ClangInstallation.parse(EXECUTABLE, "gcc (Debian 12.2.0-14) 12.2.0\n"))
                .isEmpty();
        assertThat(ClangInstallation.parse(EXECUTABLE, "clang version unknown")).isEmpty();
        assertThat(ClangInstallation.parse(EXECUTABLE, "")).isEmpty();
    }
}
