/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An object in the kernel shares its maps with its programs, and fits its records. */
@KernelTest
class KernelLoadedObjectTest {
    private static final FlowKey HTTPS = new FlowKey(443, 6);

    @TempDir
    private Path directory;

    @Test
    void sharesItsMapsWithItsPrograms() throws IOException {
        try (Network network = Network.load(object())) {
            network.tenant().getOrCreate(42L).put(new Flow(HTTPS, 7));

            network.program("count_packet").testRun(new byte[64]);

            assertThat(network.tenant().get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 8));
            assertThat(network.isInMemory()).isFalse();
            try (DrainedMap<FlowMap> drainedTicket =
                    DrainedMap.of(network.tenant().rotate(42L))) {
                FlowMap drained = drainedTicket.map();
                network.program("count_packet").testRun(new byte[64]);
                assertThat(drained).containsExactly(new Flow(HTTPS, 8));
                assertThat(network.tenant().get(42, HTTPS)).isNull();
            }
        }
    }

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
            try (DrainedMap<FlowMap> drainedTicket = DrainedMap.of(
                    network.tenant().unchecked().rotateAll(List.of(42L)).get(0))) {
                FlowMap drained = drainedTicket.map();
                assertThat(drained).isNotNull();
            }
        }
    }

    @Test
    void bindsToAnObjectThatIsKnownByItsPathOnly() throws IOException {
        try (LoadedObject loaded = Nestmap.open(object()).load()) {
            TenantMap tenants = TenantMap.in(loaded);
            tenants.getOrCreate(42L).put(new Flow(HTTPS, 7));

            loaded.program("count_packet").testRun(new byte[64]);

            assertThat(tenants.get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 8));
            assertThatThrownBy(() -> loaded.program("coutn"))
                    .hasMessageContaining("coutn")
                    .hasMessageContaining("count_packet");
        }
    }

    @Test
    void rejectsAnObjectOfOlderRecords() throws IOException {
        Path narrow = object("-DPACKETS=__u32");

        assertThatThrownBy(() -> Network.load(narrow))
                .asInstanceOf(BPF_EXCEPTION)
                .hasMessageContaining("map tenant")
                .hasMessageContaining("size 8 (__u64) in the records, 4 (__u32) in the object")
                .hasMessageContaining("network.bpf.h");
    }

    @Test
    void rejectsAnotherTypeOfTheSameSize() throws IOException {
        Path signed = object("-DPACKETS=__s64");

        assertThatThrownBy(() -> Network.load(signed))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("unsigned (__u64) in the records, signed (__s64) in the object");
        try (LoadedObject loaded = Nestmap.open(signed).load()) {
            assertThatThrownBy(() -> TenantMap.in(loaded))
                    .asInstanceOf(BPF_EXCEPTION)
                    .isOf("binding of map tenant of object network")
                    .hasMessageContaining("unsigned (__u64) in the records, signed (__s64) in the object");
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
