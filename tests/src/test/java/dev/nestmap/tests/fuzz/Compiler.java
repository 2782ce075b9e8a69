/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.fuzz;

import dev.nestmap.tests.toolchain.Clang;
import dev.nestmap.tests.toolchain.Command;
import java.nio.file.Path;
import java.util.List;

/**
 * A clang that layouts are compared with.
 *
 * @param target one of BPF's byte orders: {@code bpfel} or {@code bpfeb}
 */
record Compiler(Clang clang, String target) {
    /** Compiles without optimising much, which layouts do not depend on; returns what clang says, empty when all is well. */
    String compile(Path source, Path object) {
        Command.Result result =
                clang.compile(source, object, List.of("-target", target, "-O1", "-Wno-unused-function"));
        return result.status() == 0 ? "" : result.output() + clang + " failed";
    }

    @Override
    public String toString() {
        return clang + " -target " + target;
    }
}
