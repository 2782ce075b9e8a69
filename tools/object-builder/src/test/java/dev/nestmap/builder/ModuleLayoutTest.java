/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs are found by their suffix. */
class ModuleLayoutTest {
    @TempDir
    Path directory;

    @Test
    void findsFilesWithTheSuffixOfPrograms() throws IOException {
        Module module = Module.empty(directory);
        for (String name : new String[] {"b.bpf.c", "a.bpf.c", "plain.c", "a.bpf.h", ".bpf.c"}) {
            module.write(module.layout().sources().resolve(name), "");
        }

        assertThat(module.layout().programs()).containsExactly("a", "b");
    }

    @Test
    void findsProgramsOfEarlierBuilds() throws IOException {
        Module module = Module.empty(directory);
        module.write(module.layout().fingerprint("gone"), "");
        module.write(module.layout().fingerprint("here"), "");
        module.write(module.layout().source("here"), "");

        assertThat(module.layout().deletedPrograms()).containsExactly("gone");
    }

    @Test
    void findsNothingWithoutADirectory() throws IOException {
        Module module = Module.empty(directory);

        assertThat(module.layout().programs()).isEmpty();
        assertThat(module.layout().deletedPrograms()).isEmpty();
    }
}
