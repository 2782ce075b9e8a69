/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
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

    /** With hundreds of objects, a build asks for the schema text of each. To read all of them each time would take minutes. */
    @Test
    void readsOnlyTheSchemaTextsWithTheName() throws IOException {
        Module module = Module.empty(directory);
        Path folder = Files.createDirectories(module.layout().resources().resolve("com/acme"));
        Path wanted = Files.writeString(folder.resolve("flows.schema"), "not a schema text");
        Path other = Files.createSymbolicLink(
                folder.resolve("other.schema"), Path.of("/proc/self/mem")); // which can't be read

        assertThat(module.layout().schema("flows")).isEqualTo(wanted);
        assertThat(module.layout().object("flows")).hasFileName("flows.bpf.o");
        assertThat(module.layout().dependencySchemas("flows")).isEmpty();
        Files.delete(other);
    }

    @Test
    void findsProgramsOfEarlierBuilds() throws IOException {
        Module module = Module.empty(directory);
        module.write(module.layout().fingerprint("gone"), "");
        module.write(module.layout().fingerprint("here"), "");
        module.write(module.layout().source("here"), "");

        assertThat(module.layout().deletedPrograms()).containsExactly("gone");
    }
}
