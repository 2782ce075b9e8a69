/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.memory.MemoryFaults;
import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTest;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A call that a test lets fail looks to users like a failed call of the kernel. */
class MemoryFaultsTest {
    private static final FlowKey HTTPS = new FlowKey(443, 6);

    private final Network network = Network.inMemory();
    private final MemoryFaults faults = MemoryFaults.of(network);

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void failsOneCallAfterTheOther() {
        FlowMap flows = network.tenant().create(42L);
        faults.failNext("flow_map", MemoryFaults.Call.UPDATE, Errno.ENOMEM)
                .failNext("flow_map", MemoryFaults.Call.UPDATE, Errno.EBUSY);

        assertFails(() -> flows.put(new Flow(HTTPS, 1)), Errno.ENOMEM, "the kernel has no memory for the entry");
        assertFails(() -> flows.put(new Flow(HTTPS, 2)), Errno.EBUSY, "try again");
        assertThat(flows.get(HTTPS)).isNull();
        flows.put(new Flow(HTTPS, 3));
        assertThat(flows.get(HTTPS)).isEqualTo(new Flow(HTTPS, 3));
    }

    @Test
    void afterACrashTheNextProcessRecoversWhatWasNotDrained() {
        network.tenant().createAll(List.of(1L, 2L, 3L));
        Objects.requireNonNull(network.tenant().get(1L)).put(new Flow(HTTPS, 7));
        DrainedMap<FlowMap> lost = DrainedMap.of(network.tenant().rotate(1L));
        Objects.requireNonNull(network.tenant().rotate(3L)).acknowledge(); // drained
        String identity = String.valueOf(lost.identity());

        faults.crash();

        assertThatThrownBy(() -> lost.map().get(HTTPS)).hasMessageContaining("a test has let its process crash");
        assertThat(network.tenant().waitingCount()).isEqualTo(1);
        for (int process = 0; process < 2; process++) {
            List<Displaced<Long, FlowMap>> recovered = network.tenant().waitingTickets();
            assertThat(network.tenant().waitingTickets()).isEmpty();
            assertThat(recovered).singleElement().satisfies(left -> {
                assertThat(left.key()).isEqualTo(1);
                assertThat(left.map().get(HTTPS)).isEqualTo(new Flow(HTTPS, 7));
                assertThat(left.identity()).hasToString(identity);
            });
            if (process == 0) {
                faults.crash(); // before it was acknowledged
            } else {
                recovered.get(0).acknowledge();
            }
        }
        assertThat(network.tenant().waitingCount()).isZero();
        assertThat(network.tenant().waitingTickets()).isEmpty();
        assertThat(network.tenant().keys()).containsExactlyInAnyOrder(1L, 2L, 3L);
    }

    @Test
    void failsEveryKindOfCall() {
        FlowMap flows = network.tenant().create(42L);
        flows.put(new Flow(HTTPS, 1));
        Stream.of("LOOKUP", "UPDATE", "DELETE", "ITERATE")
                .map(MemoryFaults.Call::valueOf)
                .forEach(call -> faults.failAlways("flow_map", call, Errno.EPERM));

        assertFails(() -> flows.get(HTTPS), Errno.EPERM, "lookup of map flow_map");
        assertFails(() -> flows.put(new Flow(HTTPS, 2)), Errno.EPERM, "update of map flow_map");
        assertFails(() -> flows.remove(HTTPS), Errno.EPERM, "delete of map flow_map");
        assertFails(() -> flows.forEach(flow -> {}), Errno.EPERM, "iteration of map flow_map");
        faults.clear();
        assertThat(flows.count()).isEqualTo(1);
    }

    /** The map that was to be replaced stays, with its counts. */
    @Test
    void aRotationThatFailsChangesNothing() {
        network.tenant().create(42L).put(new Flow(HTTPS, 7));
        faults.failNext("tenant", MemoryFaults.Call.UPDATE, Errno.ENOMEM);
        assertFails(() -> network.tenant().rotate(42L), Errno.ENOMEM, "update of map tenant, key 42");

        // Always: the rotation tries again, if it can close a recycled map meanwhile.
        faults.failAlways("flow_map", MemoryFaults.Call.CREATE, Errno.EMFILE);
        assertFails(
                () -> network.tenant().rotate(42L), Errno.EMFILE, "this process has reached its limit of open files");
        faults.clear();

        assertThat(network.tenant().waitingCount()).isZero();
        DrainedMap<FlowMap> rotated = DrainedMap.of(network.tenant().rotate(42L));
        assertThat(rotated.map().get(HTTPS)).isEqualTo(new Flow(HTTPS, 7));
        rotated.close();
    }

    @Test
    void rejectsUnknownMaps() {
        assertInvalid(() -> faults.failNext("tenants", MemoryFaults.Call.LOOKUP, Errno.EPERM), "flow_map")
                .hasMessageStartingWith("object network has no map tenants; its maps are ");
    }

    @Test
    @KernelTest
    void rejectsObjectsInTheKernel() {
        try (Network inKernel = Network.of(new FactoryObject(new KernelMapFactory(), Network.SCHEMA))) {
            assertInvalid(() -> MemoryFaults.of(inKernel))
                    .hasMessage(
                            "object network is in the kernel: inject faults into an object that inMemory() created");
        }
    }

    private static void assertFails(ThrowingCallable call, Errno errno, String words) {
        assertBpfException(call, words).hasErrno(errno);
    }
}
