/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.CommandRun;
import dev.nestmap.runtime.testing.KernelTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** The commands that show an outer map show how many additions its inner maps lack. */
@KernelTest
class UncountedCommandsTest extends CommandTest {
    private static final String NUMBERS =
            "2 additions refused by full inner maps, 1 addition for keys without an inner map";

    @Test
    void treeAndPinsShowTheNumbers() {
        try (ReportingBpf bpf =
                ReportingBpf.open(object("reporting")).pins(pins).load()) {
            bpf.tenant().create(1L);
            for (int flow = 0; flow < 6; flow++) { // there is room for four
                send(bpf, 1, flow);
            }
            send(bpf, 2, 0);

            assertThat(CommandRun.of("tree", fs.path("acme/tenant-uncounted")).out(0))
                    .contains("├─ 0 → 2\n└─ 2 → 1\n");
            assertThat(CommandRun.of("pins", fs.path("acme")).out(0).lines()).contains("  " + NUMBERS);
            assertThat(CommandRun.of("pins", fs.path("acme"), "--json").out(0))
                    .contains("\"refused\":2,\"full\":2,\"unknownKey\":1");
        }
    }

    private static void send(ReportingBpf bpf, int tenant, int flow) {
        byte[] packet = new byte[64];
        ByteBuffer.wrap(packet).order(ByteOrder.nativeOrder()).putInt(tenant).putInt(flow);
        assertThat(bpf.program("count").testRun(packet).returnValue()).isZero();
    }
}
