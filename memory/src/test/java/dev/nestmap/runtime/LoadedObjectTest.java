/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.spi.ObjectSpec;
import dev.nestmap.schema.GeneratedCodeInterface;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A loaded object says what it is, and how to get one that is missing. */
@Tag("both-jdks")
class LoadedObjectTest {
    private static final FlowKey HTTPS = new FlowKey(443, 6);

    @Test
    void hasTheSchemaOfTheTest() throws IOException {
        try (InputStream text = Network.class.getResourceAsStream("/META-INF/bpf/dev/nestmap/runtime/network.schema")) {
            assertThat(text).isNotNull();
            assertThat(new String(text.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(SchemaText.print(Network.SCHEMA));
        }
    }

    @Test
    void isInMemory() {
        try (Network network = Network.inMemory()) {
            network.tenant().getOrCreate(42L).put(new Flow(HTTPS, 7));

            assertThat(network.isInMemory()).isTrue();
            assertThat(network.isClosed()).isFalse();
            assertThat(network.programs()).isEmpty();
            assertThatThrownBy(() -> network.program("count")).hasMessageContaining("no BPF program runs");
        }
    }

    @Test
    void bindsFurtherAccessors() {
        try (Network network = Network.inMemory()) {
            TenantMap tenants = TenantMap.in(network);
            network.tenant().getOrCreate(42L).put(new Flow(HTTPS, 7));

            assertThat(tenants.get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 7));
            assertThat(tenants.getOrCreate(42L)).isSameAs(tenants.get(42L));
            tenants.discard(42L);
            assertThat(network.tenant().get(42L)).isNull();
        }
    }

    @Test
    void saysHowToGetAMissingObject() {
        assertBpfException(
                Network::load,
                "META-INF/bpf/dev/nestmap/runtime/network.bpf.o",
                "nestmap-maven-plugin",
                "src/main/bpf/network.bpf.c in Maven's phase compile");
    }

    @Test
    void saysHowToGetAMissingSchema() {
        ObjectSpec spec = LoadedObject.spec(Network.class, "nowhere", GeneratedCodeInterface.INTERFACE_VERSION);

        assertBpfException(
                () -> spec.inMemory(LoadedObject::new),
                "META-INF/bpf/dev/nestmap/runtime/nowhere.schema",
                "nestmap-processor");
    }

    @Test
    void rejectsASchemaThatItCanNotRead() {
        ObjectSpec spec = LoadedObject.spec(Network.class, "damaged", GeneratedCodeInterface.INTERFACE_VERSION);

        assertBpfException(
                () -> spec.inMemory(LoadedObject::new), "META-INF/bpf/dev/nestmap/runtime/damaged.schema", "line 1");
    }

    @Test
    void rejectsCodeOfAnotherInterfaceVersion() {
        ObjectSpec spec = LoadedObject.spec(Network.class, "network", 1);

        assertBpfException(() -> spec.inMemory(LoadedObject::new), "version 1 of the interface", "same version");
    }

    @Test
    void rejectsAFileThatIsNotAnObject(@TempDir Path directory) throws IOException {
        Path text = Files.writeString(directory.resolve("text.bpf.o"), "no object");

        assertBpfException(() -> Nestmap.open(text).load())
                .hasMessageEndingWith(
                        "text.bpf.o: not an ELF file. Nestmap reads objects that nestmap-maven-plugin compiles,"
                                + " or clang -g -O2 -target bpf");
        assertBpfException(() -> Nestmap.open(directory.resolve("none.bpf.o")).load())
                .hasMessageEndingWith("there is no file " + directory.resolve("none.bpf.o")
                        + ": check the path, and compile the object first");
    }
}
