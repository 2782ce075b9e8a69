/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.Clang;
import dev.nestmap.tests.types.PinnedExternals.Action;
import dev.nestmap.tests.types.PinnedExternals.Flow;
import dev.nestmap.tests.types.PinnedExternals.Ipv4;
import dev.nestmap.tests.types.PinnedExternals.Verdict;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@KernelTest
class KernelPinnedExternalsTest {
    /** What records may leave out of types that exist already is no reason to refuse what was pinned. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.Clang#installed")
    void mapsAreOpenedAgain(Clang clang) throws IOException {
        Inet4Address localhost = (Inet4Address) InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        Ipv4 header = new Ipv4(5, 4, 0, 60, 1, 0, 64, 6, 0, localhost, localhost);
        try (BpfFs fs = BpfFs.mount()) {
            PinOptions pins = PinOptions.in(fs.path(""));
            try (PinnedExternalsBpf bpf = PinnedExternalsBpf.load(BpfObjects.of("pinned_externals", clang), pins)) {
                bpf.verdict().put(new Verdict(7, header, Action.DROP));
                bpf.tenant().create(42).put(new Flow(7, header, Action.DROP));
            }

            try (PinnedExternalsBpf bpf = PinnedExternalsBpf.load(BpfObjects.of("pinned_externals", clang), pins)) {
                assertThat(bpf.verdict().get(7)).isEqualTo(new Verdict(7, header, Action.DROP));
                assertThat(bpf.tenant().get(42, 7)).isEqualTo(new Flow(7, header, Action.DROP));
            }
        }
    }
}
