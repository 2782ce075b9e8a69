/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.memory.MemoryProgram;
import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.testing.KernelTest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Programs in Java run in place of BPF programs. */
class MemoryProgramTest {
    private static final FlowKey HTTPS = new FlowKey(443, 6);
    private static final int PASS = 2;

    private final Network network = Network.inMemory();

    @AfterEach
    void close() {
        network.close();
    }

    private UntypedProgram counting() {
        return MemoryProgram.define(network, "count", (packet, context) -> {
            network.tenant().getOrCreate((long) packet[0]).put(new Flow(HTTPS, packet.length));
            return PASS;
        });
    }

    @Test
    void aTestRunCallsTheCode() {
        assertThat(counting().testRun(new byte[] {42, 0, 0}).returnValue()).isEqualTo(PASS);

        assertThat(Objects.requireNonNull(network.tenant().get(42L)).get(HTTPS)).isEqualTo(new Flow(HTTPS, 3));
    }

    @Test
    void theResultHasTheChangedBytes() {
        MemoryProgram.define(network, "fill", (packet, context) -> {
            Arrays.fill(packet, (byte) 7);
            Arrays.fill(context, (byte) 8);
            return 0;
        });
        byte[] packet = {1, 2};

        TestRun run =
                network.program("fill").testRun(TestRun.Input.packet(packet).withContext(new byte[] {3}));

        assertThat(run.dataOut()).containsExactly(7, 7);
        assertThat(run.contextOut()).containsExactly(8);
        assertThat(packet).as("the caller's array").containsExactly(1, 2);
        assertThat(run.averageDuration()).isNull();
    }

    @Test
    void eachRepetitionGetsTheSameInput() {
        AtomicInteger runs = new AtomicInteger();
        MemoryProgram.define(network, "sum", (packet, context) -> {
            packet[0]++;
            return runs.incrementAndGet() * packet[0];
        });

        TestRun run = network.program("sum")
                .testRun(TestRun.Input.packet(new byte[] {1}).withRepeat(3));

        assertThat(run.returnValue()).isEqualTo(6);
    }

    @Test
    void attachesWithoutTouchingAnything() {
        UntypedProgram program = counting();

        try (KernelLink link = program.attach(Xdp.on("no-such-interface"), LinkPin.at(Path.of("nestmap/no-pin")))) {
            link.update(program);
            assertBpfException(link::info, "which does not have this");
        }
        assertThat(network.programs()).containsExactly(program);
        assertThat(network.tenant().keys()).isEmpty();
    }

    @Test
    void exceptionsReachTheCaller() {
        MemoryProgram.define(network, "fail", (packet, context) -> {
            throw new IllegalStateException("as planned");
        });

        assertThatThrownBy(() -> network.program("fail").testRun(new byte[0])).hasMessage("as planned");
    }

    @Test
    void rejectsACallAfterTheObjectWasClosed() {
        UntypedProgram program = counting();
        network.close();

        assertBpfException(() -> program.testRun(new byte[14]))
                .hasMessage("test run of program count: its object is closed");
    }

    @KernelTest
    @Test
    void rejectsAnObjectInTheKernel() {
        try (Network loaded = Network.of(new FactoryObject(new KernelMapFactory(), Network.SCHEMA))) {
            assertInvalid(
                    () -> MemoryProgram.define(loaded, "count", (packet, context) -> 0),
                    "program count can't be defined in Java, because the object is in the kernel");
        }
    }
}
