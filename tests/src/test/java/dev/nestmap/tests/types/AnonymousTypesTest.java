/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.types.AnonymousTypes.Counts;
import dev.nestmap.tests.types.AnonymousTypes.Destination;
import dev.nestmap.tests.types.AnonymousTypes.Flow;
import dev.nestmap.tests.types.AnonymousTypes.FlowKey;
import dev.nestmap.tests.types.AnonymousTypes.Ports;
import dev.nestmap.tests.types.AnonymousTypes.Source;
import dev.nestmap.tests.types.AnonymousTypes.Timer;
import dev.nestmap.tests.types.AnonymousTypesBpf.PortsUnion;
import dev.nestmap.types.ByteString;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Java writes and reads structs and unions without names as C sees them. */
class AnonymousTypesTest {
    private static final ByteString FAR = ByteString.ofHex("20010db8000000000000000000000001");
    private static final ByteString NEAR = ByteString.ofHex("20010db8000000000000000000000002");

    @TempDir
    Path directory;

    @KernelTest
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void programsFindTheSameEntries(InstalledClang clang) throws UnknownHostException {
        FlowKey v6 = new FlowKey(
                new Source.V6(FAR), new Destination.V6(NEAR), PortsUnion.of(new Ports.Both(0x01bbc738L)), 17, true);
        try (AnonymousTypesBpf types = AnonymousTypesBpf.load(BpfObjects.of("anonymous_types", clang))) {
            AnonymousTypesBpf.FlowMap flows = types.server().getOrCreate(7);
            flows.put(flow(v4Key(), 1));
            flows.put(flow(v6, 2));

            assertThat(types.program("count").testRun(new byte[64]).returnValue())
                    .isEqualTo(2);

            assertThat(flows.get(v4Key()))
                    .isEqualTo(new Flow(v4Key(), 1, new Timer(9, 3), new Counts(5, 65), new Counts(6, 8)));
            assertThat(flows.get(v6)).isEqualTo(new Flow(v6, 2, new Timer(9, 3), new Counts(5, 65), new Counts(6, 8)));
            assertThat(Objects.requireNonNull(flows.get(v6)).key().ports().as(Ports.Each.class))
                    .isEqualTo(new Ports.Each(443, 51000));
        }
    }

    private static FlowKey v4Key() throws UnknownHostException {
        return new FlowKey(
                new Source.V4(v4(1)), new Destination.V4(v4(2)), PortsUnion.of(new Ports.Each(443, 51000)), 6, false);
    }

    private static Flow flow(FlowKey key, int state) {
        return new Flow(key, state, new Timer(2, 3), new Counts(4, 5), new Counts(6, 7));
    }

    private static Inet4Address v4(int last) throws UnknownHostException {
        return (Inet4Address) InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
    }
}
