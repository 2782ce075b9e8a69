/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.nio.file.Path;

/**
 * A clang that compiles for BPF.
 *
 * @param executable the path of the command
 * @param version its version
 */
record Clang(Path executable, ClangVersion version) {
    @Override
    public String toString() {
        return "clang " + version.number() + " (" + executable + ")";
    }
}
