/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Generated accessors bind to objects by name, and report what is missing. */
@KernelTest
class BindingTest {
    @Test
    void topLevelAccessorsBindToAnyObject() {
        try (LoadedObject object = Nestmap.open(BpfObjects.of("top_level")).load()) {
            ClientMap clients = object.map(ClientMap.CLIENT_MAP);
            SessionMap sessions = clients.create(Ipv4Addresses.LOCALHOST);
            sessions.put(new Session(443, 7));

            object.program("count").testRun(new byte[64]);

            assertThat(clients.get(Ipv4Addresses.LOCALHOST, 443)).isEqualTo(new Session(443, 8));
            assertThat(sessions).containsExactly(new Session(443, 8));
        }
    }

    @Test
    void anAccessorReportsAMapThatTheObjectLacks() {
        try (LoadedObject object = Nestmap.open(BpfObjects.of("nested_maps")).load()) {
            assertBpfException(() -> object.map(ClientMap.CLIENT_MAP))
                    .isOf("binding of map client of object nested_maps")
                    .hasMessageContaining(
                            "map client: BPF_MAP_TYPE_HASH_OF_MAPS in the records, missing in the object");
        }
    }

    @Test
    void loadReportsAnObjectThatWasNotCompiled() {
        assertBpfException(NestedMapsBpf::load)
                .hasMessageContaining("META-INF/bpf/dev/nestmap/tests/kernel/nested_maps.bpf.o")
                .hasMessageContaining("nestmap-maven-plugin")
                .hasMessageContaining("src/main/bpf/nested_maps.bpf.c");
    }

    @Test
    void loadNamesAMissingFile() {
        assertBpfException(() -> NestedMapsBpf.load(Path.of("no-such.bpf.o"))).hasMessageContaining("no-such.bpf.o");
    }

    @Test
    void reportsAProgramThatTheObjectLacks() {
        try (NestedMapsBpf bpf = NestedMapsBpf.load(BpfObjects.of("nested_maps"))) {
            assertBpfException(() -> bpf.program("cuont"), "cuont", "the object has count");
        }
    }
}
