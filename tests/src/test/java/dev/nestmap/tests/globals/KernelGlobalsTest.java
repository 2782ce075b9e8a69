/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.globals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.globals.Sampled.Gate;
import dev.nestmap.tests.globals.Sampled.Limit;
import dev.nestmap.tests.globals.Sampled.Mode;
import dev.nestmap.tests.globals.Sampled.SampleConfig;
import dev.nestmap.tests.globals.Sampled.SampleStats;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.types.IntList;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Programs read the constants, and share the variables. */
@KernelTest
class KernelGlobalsTest extends GlobalsContract {
    private static final byte[] PACKET = new byte[64];
    private static final int XDP_DROP = 1;
    private static final int XDP_PASS = 2;
    private static final int XDP_TX = 3;
    private static final int PACKETS = 200_000;

    @Override
    SampledBpf load(SampleConfig config, Limit limit, Gate gate) {
        return SampledBpf.load(BpfObjects.of("sampled"), config, limit, gate);
    }

    @InstalledClang.Each
    void programsReadConstantsAndShareVariables(InstalledClang clang) {
        SampleConfig everyOther = new SampleConfig(2, VIP, Mode.COUNT, true, IntList.of(53, 80, 443));
        try (SampledBpf bpf = SampledBpf.load(BpfObjects.of("sampled", clang), everyOther, new Limit(4), CLOSED)) {
            UntypedProgram count = bpf.program("count");
            assertThat(count.testRun(PACKET).returnValue()).isEqualTo(XDP_DROP);
            assertThat(count.testRun(PACKET).returnValue()).as("packet 1").isEqualTo(XDP_PASS);
            bpf.gate().set(new Gate(1, 0));
            assertThat(count.testRun(PACKET).returnValue()).isEqualTo(XDP_TX);
            assertThat(count.testRun(PACKET).returnValue()).isEqualTo(XDP_PASS);
            assertThat(count.testRun(PACKET).returnValue()).as("the limit").isEqualTo(XDP_PASS);

            assertThat(bpf.sampleStats().get()).isEqualTo(new SampleStats(5, 53, -2, 0, 0, Mode.COUNT));
            assertThat(bpf.gate().get()).isEqualTo(new Gate(1, 1));
            assertThat(bpf.hits().get()).isEqualTo(hits(10, 4, 2, 1));
            assertThat(bpf.program("read_vip").testRun(PACKET).returnValue()).isEqualTo(inMemory(VIP.getAddress()));
        }
    }

    @Test
    void otherVariablesOfTheSectionsKeepTheirValues() {
        try (SampledBpf bpf = load(everyPacket(Mode.COUNT, false), LIMIT, CLOSED)) {
            bpf.sampleStats().set(new SampleStats(-1, 0xffff_ffffL, -1, 255, 65_535, Mode.COUNT));
            assertThat(bpf.program("read_others").testRun(PACKET).returnValue()).isEqualTo(7_424_140);
        }
    }

    /** The verifier knows constants, so it does not check a branch that they disable. */
    @InstalledClang.Each
    void theVerifierSkipsABranchThatAConstantDisables(InstalledClang clang) {
        SampledBpf.load(BpfObjects.of("sampled", clang), everyPacket(Mode.COUNT, true), LIMIT, CLOSED)
                .close();
        assertThatThrownBy(() -> SampledBpf.load(
                                BpfObjects.of("sampled", clang), everyPacket(Mode.READ_UNCHECKED, true), LIMIT, CLOSED)
                        .close())
                .isInstanceOfSatisfying(
                        BpfException.class,
                        refused -> assertThat(refused.log())
                                .anySatisfy(line -> assertThat(line).contains("invalid access to packet")));
    }

    /** Java reads the words that a program increments. The values never decrease, and what Java writes to another variable changes none. */
    @Test
    void readsWhatAProgramCounts() throws Exception {
        try (SampledBpf bpf = load(everyPacket(Mode.COUNT, true), new Limit(0), CLOSED)) {
            Future<?> program = CompletableFuture.runAsync(() ->
                    bpf.program("count").testRun(TestRun.Input.packet(PACKET).withRepeat(PACKETS)));
            long before = 0;
            while (!program.isDone()) {
                long now = bpf.sampleStats().get().packets();
                assertThat(now).isGreaterThanOrEqualTo(before);
                before = now;
                bpf.gate().set(CLOSED);
            }
            program.get();

            assertThat(bpf.sampleStats().get().packets()).isEqualTo(PACKETS);
        }
    }

    private static int inMemory(byte[] bytes) {
        return ByteBuffer.wrap(Arrays.copyOf(bytes, Integer.BYTES))
                .order(ByteOrder.nativeOrder())
                .getInt();
    }
}
