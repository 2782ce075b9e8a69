/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static dev.nestmap.runtime.testing.DrainedMap.drained;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.examples.tenantflows.TenantFlows.Flow;
import dev.nestmap.examples.tenantflows.TenantFlows.FlowKey;
import dev.nestmap.examples.tenantflows.TenantFlowsBpf;
import dev.nestmap.examples.tenantflows.TenantFlowsBpf.FlowMap;
import dev.nestmap.examples.tenantflows.TenantFlowsBpf.TenantMap;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.NestedKey;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.BusyThreads;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Reads of many inner maps at once, through generated accessors: by a program, and in batches. */
@KernelTest
@Timeout(120)
class NestedReadsTest {
    private static final String PATH = "nestmap.bulk";
    private static final int UDP = 17;
    private static final int DATAGRAMS = 3000;

    @AfterEach
    void readByProgramAgain() {
        System.clearProperty(PATH);
    }

    @Test
    void rejectsAnUnknownPath() {
        System.setProperty(PATH, "fast");

        assertThatThrownBy(TenantFlowsBpf::load)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nestmap.bulk is \"fast\": set it to program or batch");
    }

    /** A program may still run when the object is closed. Later reads fail, and no read returns something else. */
    @Test
    void closingWaitsForReads() throws Exception {
        for (int round = 0; round < 5; round++) {
            TenantFlowsBpf bpf = TenantFlowsBpf.load();
            Map<NestedKey<Long, FlowKey>, Flow> written = fill(bpf, 20, 10);
            AtomicLong reads = new AtomicLong();
            try (BusyThreads readers = new BusyThreads()) {
                for (int i = 0; i < 4; i++) {
                    boolean all = i % 2 == 0;
                    readers.start(() -> readUntilClosed(bpf, all, written, reads));
                }
                Await.until("there were 100 reads", () -> reads.get() >= 100);
                bpf.close();
                readers.end();
            }
        }
    }

    private static long readUntilClosed(
            TenantFlowsBpf bpf, boolean all, Map<NestedKey<Long, FlowKey>, Flow> written, AtomicLong reads) {
        try {
            while (true) {
                Map<NestedKey<Long, FlowKey>, Flow> found =
                        all ? bpf.tenant().getAll(written.keySet()) : entries(bpf.tenant());
                assertThat(found).isEqualTo(written);
                reads.incrementAndGet();
            }
        } catch (InvalidHandleException e) {
            assertThat(e).hasMessageContaining("was closed");
            return reads.get();
        }
    }

    /** Sends real datagrams, and rotates while other threads read all entries. Each datagram is drained once. */
    @ExtendWith(NetworkNamespace.class)
    @Test
    void rotatesExactlyWhileOthersRead() throws Exception {
        try (TenantFlowsBpf bpf = TenantFlowsBpf.load();
                DatagramSocket receiver = new DatagramSocket(0, Ipv4Addresses.LOCALHOST);
                DatagramSocket sender = new DatagramSocket(0, Ipv4Addresses.LOCALHOST);
                BusyThreads readers = new BusyThreads()) {
            bpf.program("count").attach(Xdp.on("lo"));
            int port = receiver.getLocalPort();
            bpf.tenant().create(port);
            for (int i = 0; i < 2; i++) {
                readers.start(() -> {
                    long reads = 0;
                    for (; !readers.isOver(); reads++) {
                        // 0 while the program has inserted the entry, and has not counted in it yet.
                        bpf.tenant()
                                .forEachEntry((tenant, flow) ->
                                        assertThat(flow.packets()).isBetween(0L, (long) DATAGRAMS));
                    }
                    return reads;
                });
            }
            // The sockets stay in this thread's network namespace, whichever thread uses them.
            FutureTask<Void> sending = new FutureTask<>(() -> send(sender, receiver, DATAGRAMS));
            new Thread(sending).start();
            long drained = 0;
            int rotations = 0;
            while (!sending.isDone()) {
                drained += drain(bpf.tenant().rotate(port));
                rotations++;
            }
            sending.get();
            drained += drain(bpf.tenant().rotate(port));
            assertThat(readers.end()).as("reads").isPositive();
            assertThat(drained).isEqualTo(DATAGRAMS);
            assertThat(rotations).isPositive();
        }
    }

    private static long drain(@Nullable Displaced<Long, FlowMap> displaced) {
        return drained(displaced).stream().mapToLong(Flow::packets).sum();
    }

    /** Sends datagrams and receives each one before it sends the next, so that the program has seen all of them. */
    private static @Nullable Void send(DatagramSocket sender, DatagramSocket receiver, int datagrams)
            throws IOException {
        DatagramPacket received = new DatagramPacket(new byte[100], 100);
        receiver.setSoTimeout(5_000);
        for (int i = 0; i < datagrams; i++) {
            sender.send(new DatagramPacket(new byte[10], 10, receiver.getLocalSocketAddress()));
            receiver.receive(received);
        }
        return null;
    }

    private static Map<NestedKey<Long, FlowKey>, Flow> fill(TenantFlowsBpf bpf, int tenants, int flows) {
        Map<NestedKey<Long, FlowKey>, Flow> written = new LinkedHashMap<>();
        List<Long> ids = LongStream.rangeClosed(1, tenants).boxed().toList();
        bpf.tenant().createAll(ids, (tenant, map) -> {
            for (int i = 1; i <= flows; i++) {
                map.put(flow(tenant, i));
                written.put(new NestedKey<>(tenant, key(i)), flow(tenant, i));
            }
        });
        return written;
    }

    private static Map<NestedKey<Long, FlowKey>, Flow> entries(TenantMap tenants) {
        Map<NestedKey<Long, FlowKey>, Flow> found = new HashMap<>();
        tenants.forEachEntry((tenant, flow) ->
                assertThat(found.put(new NestedKey<>(tenant, flow.key()), flow)).isNull());
        return found;
    }

    private static FlowKey key(int number) {
        return new FlowKey(Ipv4Addresses.LOCALHOST, Ipv4Addresses.LOCALHOST, number, 443, UDP);
    }

    private static Flow flow(long tenant, int number) {
        return new Flow(key(number), tenant, number);
    }
}
