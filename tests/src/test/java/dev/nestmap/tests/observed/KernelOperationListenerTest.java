/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.observed;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.observe.OperationListener.Misses;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.demand.DemandBpf;
import dev.nestmap.tests.kernel.PinnedBpf;
import dev.nestmap.tests.kernel.PinnedBpf.CustomerMap;
import dev.nestmap.tests.maptypes.RingsBpf;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.NativeBytes;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What listeners learn of loads, misses and recoveries in the kernel. */
@KernelTest
class KernelOperationListenerTest extends PinningTest {
    /** Not in a BPF file system. */
    @TempDir
    private Path directory;

    @Test
    void reportsTheLoadTheMissesAndTheGracePeriod() {
        try (RecordedOperations recorded = new RecordedOperations();
                DemandBpf bpf =
                        DemandBpf.open(BpfObjects.of("demand")).pins(pins).load()) {

            for (int i = 0; i < 3; i++) {
                bpf.program("count").testRun(NativeBytes.packet(42));
            }
            bpf.tenant().serveRequests(report -> {}).close();
            Objects.requireNonNull(bpf.tenant().rotate(42)).acknowledge();

            Operation load = recorded.only(Operation.Kind.LOAD);
            assertThat(load.name()).isEqualTo("demand");
            assertThat(load.changed()).isGreaterThanOrEqualTo(4);
            assertThat(load.failed()).isZero();

            assertThat(recorded.misses()).hasSize(1);
            Misses misses = recorded.misses().get(0);
            assertThat(misses.map()).isEqualTo("tenant");
            assertThat(misses.keys()).isEqualTo(1);
            assertThat(misses.count()).isEqualTo(3);

            assertThat(recorded.of(Operation.Kind.ROTATE)
                            .filter(operation -> operation.name().equals("tenant")))
                    .singleElement()
                    .satisfies(rotation -> assertThat(rotation.duration()).isPositive());
            assertThat(recorded.of(Operation.Kind.PUBLISH)
                            .filter(operation -> operation.name().equals("tenant")))
                    .hasSize(2)
                    .allSatisfy(operation -> assertThat(operation.duration()).isPositive());
        }
    }

    @Test
    void reportsHowManyMapsWereRecovered() {
        Path pin = fs.path("acme/customer");
        try (CustomerMap.Owned customers = PinnedBpf.CUSTOMER_MAP.create(pin, pins);
                RecordedOperations recorded = new RecordedOperations()) {
            RawMap left = Objects.requireNonNull(
                    new KernelMapFactory().open(customers.create(42).id()));
            new KernelPins().pin(left, fs.path("acme/customer-draining/42-" + left.id()), pins);
            left.close();
            customers.discard(42);
            discardDisplaced(customers.waitingTickets());
            Operation recovery = recorded.only(Operation.Kind.RECOVER);
            assertThat(recovery.name()).isEqualTo("customer");
            assertThat(recovery.changed()).isEqualTo(1);
        }
    }

    /** Reading would write the consumer's position. */
    @Test
    void reportsAnErrorOfAStream() {
        try (RingsBpf rings = RingsBpf.load(BpfObjects.of("rings"));
                RingsBpf.PlainEventMap.Owned readOnly =
                        RingsBpf.PLAIN_EVENT_MAP.openById(rings.plainEvent().id());
                RecordedOperations recorded = new RecordedOperations()) {
            assertBpfException(readOnly::poll).hasMessageContaining("a handle that was opened for writing");
            assertThat(recorded.failures())
                    .singleElement()
                    .satisfies(failure -> assertThat(Errno.of(failure.errno())).isEqualTo(Errno.EACCES));
        }
    }

    @Test
    void reportsAFailedLoad() {
        try (RecordedOperations recorded = new RecordedOperations()) {
            assertBpfException(() -> DemandBpf.open(BpfObjects.of("demand"))
                    .pins(PinOptions.in(directory))
                    .load());
            Operation load = recorded.only(Operation.Kind.LOAD);
            assertThat(load.name()).isEqualTo("demand");
            assertThat(load.failed()).isPositive();
        }
    }
}
