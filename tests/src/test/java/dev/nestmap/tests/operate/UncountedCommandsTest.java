/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.maptypes.FullMapsBpf;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.NativeBytes;
import org.junit.jupiter.api.Test;

/** The commands that show an outer map show how many additions its inner maps lack. */
@KernelTest
class UncountedCommandsTest extends PinningTest {
    private static final String NUMBERS =
            "2 additions refused by full inner maps, 1 addition for keys without an inner map";

    @Test
    void treeAndPinsShowTheNumbers() {
        try (FullMapsBpf bpf =
                FullMapsBpf.open(BpfObjects.of("full_maps")).pins(pins).load()) {
            bpf.tenant().create(1L);
            for (int flow = 0; flow < 6; flow++) { // there is room for four
                send(bpf, 1, flow);
            }
            send(bpf, 2, 0);

            assertThat(Command.run("tree", fs.path("tenant-uncounted")).succeeded())
                    .contains("├─ 0 → 2\n└─ 2 → 1\n");
            assertThat(Command.run("pins", fs.path("")).succeeded().lines()).contains("  " + NUMBERS);
            assertThat(Command.run("pins", fs.path(""), "--json").succeeded())
                    .contains("\"refused\":2,\"full\":2,\"unknownKey\":1");
        }
    }

    private static void send(FullMapsBpf bpf, int tenant, int flow) {
        byte[] packet = NativeBytes.packet(0, tenant, flow);
        assertThat(bpf.program("count").testRun(packet).returnValue()).isZero();
    }
}
