/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramSourceFinderTest {
    @TempDir
    Path directory;

    @Test
    void findsFilesWithTheSuffixOfPrograms() throws IOException {
        Module module = Module.empty(directory);
        for (String name : new String[] {"b.bpf.c", "a.bpf.c", "plain.c", "a.bpf.h", ".bpf.c"}) {
            module.write(module.layout().sources().resolve(name), "");
        }

        assertThat(ProgramSourceFinder.present(module.layout())).containsExactly("a", "b");
    }

    @Test
    void findsProgramsOfEarlierBuilds() throws IOException {
        Module module = Module.empty(directory);
        module.write(module.layout().fingerprint("gone"), "");
        module.write(module.layout().fingerprint("here"), "");
        module.write(module.layout().source("here"), "");

        assertThat(ProgramSourceFinder.deleted(module.layout())).containsExactly("gone");
    }

    @Test
    void findsNothingWithoutADirectory() throws IOException {
        Module module = Module.empty(directory);

        assertThat(ProgramSourceFinder.present(module.layout())).isEmpty();
        assertThat(ProgramSourceFinder.deleted(module.layout())).isEmpty();
    }
}
