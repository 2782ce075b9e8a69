/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.types.PinnedExternals.Action;
import dev.nestmap.tests.types.PinnedExternals.Flow;
import dev.nestmap.tests.types.PinnedExternals.Ipv4;
import dev.nestmap.tests.types.PinnedExternals.Verdict;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pinned maps with the kernel's types are reused and migrated. */
@Tag("jdk-independent")
@KernelTest
class KernelPinnedExternalsTest {
    private static final Inet4Address LOCALHOST = localhost();

    /** Records may declare only a part of an external type. Such a type does not make a pinned map look changed. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void pinnedMapsAreReusedAtTheNextLoad(InstalledClang clang) throws IOException {
        Ipv4 header = new Ipv4(5, 4, 0, 60, 1, 0, 64, 6, 0, LOCALHOST, LOCALHOST);
        try (BpfFs fs = BpfFs.mount()) {
            PinOptions pins = PinOptions.in(fs.path(""));
            try (PinnedExternalsBpf bpf = PinnedExternalsBpf.open(BpfObjects.of("pinned_externals", clang))
                    .pins(pins)
                    .load()) {
                bpf.verdict().put(new Verdict(7, header, Action.DROP));
                bpf.tenant().create(42).put(new Flow(7, header, Action.DROP));
            }

            try (PinnedExternalsBpf bpf = PinnedExternalsBpf.open(BpfObjects.of("pinned_externals", clang))
                    .pins(pins)
                    .load()) {
                assertThat(bpf.verdict().get(7)).isEqualTo(new Verdict(7, header, Action.DROP));
                assertThat(bpf.tenant().get(42, 7)).isEqualTo(new Flow(7, header, Action.DROP));
            }
        }
    }

    private static Inet4Address localhost() {
        try {
            return (Inet4Address) InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
