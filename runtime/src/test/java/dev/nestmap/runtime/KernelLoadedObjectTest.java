/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.DrainedMap.drained;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proves that an object is refused with every difference from its records, and a rotation beside a program that a grace period does not cover. */
@KernelTest
class KernelLoadedObjectTest {
    @TempDir
    private Path directory;

    @Test
    void rejectsARotationBesideASyscallProgram() throws IOException {
        try (Network network = Network.load(object("-DSLEEPABLE"))) {
            network.tenant().getOrCreate(42L);

            assertThatThrownBy(() -> network.tenant().rotate(42L))
                    .hasMessageContaining("count_call")
                    .hasMessageContaining("unchecked()");
            assertThat(network.shard().rotate(1L))
                    .as("no program uses this one")
                    .isNull();
            assertThat(drained(network.tenant()
                            .expert()
                            .unchecked()
                            .rotateAll(List.of(42L))
                            .get(0)))
                    .isNotNull();
        }
    }

    @Test
    void namesEveryDifference() throws IOException {
        Path other = object("-DPACKETS=__s64", "-DTENANTS=17");

        assertThatThrownBy(() -> Network.load(other))
                .hasMessageContaining("max_entries 16 in the records, 17 in the object")
                .hasMessageContaining("unsigned (__u64) in the records, signed (__s64) in the object");
    }

    private Path object(String... options) throws IOException {
        return Files.write(directory.resolve("network.bpf.o"), TestPrograms.object("network.bpf.c", options));
    }
}
