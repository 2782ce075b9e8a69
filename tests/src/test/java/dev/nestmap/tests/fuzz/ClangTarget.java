/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.fuzz;

import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.toolchain.InstalledCommand;
import java.nio.file.Path;
import java.util.List;

/**
 * A clang and a target, whose struct layouts are compared with Nestmap's.
 *
 * @param target BPF in one byte order: {@code bpfel} or {@code bpfeb}
 */
record ClangTarget(InstalledClang clang, String target) {
    /** Compiles with little optimisation, which does not affect layouts. Returns clang's output, or an empty text if there was none. */
    String compile(Path source, Path object) {
        InstalledCommand.Result result =
                clang.compile(source, object, List.of("-target", target, "-O1", "-Wno-unused-function"));
        return result.status() == 0 ? "" : result.output() + clang + " failed";
    }

    @Override
    public String toString() {
        return clang + " -target " + target;
    }
}
