/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Generated accessors bind to objects by name, and report what is missing. */
@Tag("jdk-independent")
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
            assertThatThrownBy(() -> object.map(ClientMap.CLIENT_MAP))
                    .asInstanceOf(BPF_EXCEPTION)
                    .isOf("binding of map client of object nested_maps")
                    .hasMessageContaining(
                            "map client: BPF_MAP_TYPE_HASH_OF_MAPS in the records, missing in the object");
        }
    }

    @Test
    void loadReportsAnObjectThatWasNotCompiled() {
        assertThatThrownBy(NestedMapsBpf::load)
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("META-INF/bpf/dev/nestmap/tests/kernel/nested_maps.bpf.o")
                .hasMessageContaining("nestmap-maven-plugin")
                .hasMessageContaining("src/main/bpf/nested_maps.bpf.c");
    }

    @Test
    void loadNamesAMissingFile() {
        assertThatThrownBy(() -> NestedMapsBpf.load(Path.of("no-such.bpf.o")))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("no-such.bpf.o");
    }

    @Test
    void reportsAProgramThatTheObjectLacks() {
        try (NestedMapsBpf bpf = NestedMapsBpf.load(BpfObjects.of("nested_maps"))) {
            assertThatThrownBy(() -> bpf.program("cuont"))
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("cuont")
                    .hasMessageContaining("the object has count");
        }
    }
}
