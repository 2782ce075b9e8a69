/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.micrometer.MeteredBpf.FlowMap;
import dev.nestmap.micrometer.MeteredBpf.TenantMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTest;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Proves {@link InnerMapMetricsContract} for maps in the kernel. */
@KernelTest
class KernelInnerMapMetricsTest extends InnerMapMetricsContract {
    private final TenantMap.Owned tenants = MeteredBpf.TENANT_MAP.create();

    @Override
    TenantMap open() {
        return tenants;
    }

    @Override
    void close() {
        tenants.close();
    }

    /** The gauge of a process that only reads a pinned map shows the waiting maps of the process that rotates it. */
    @Test
    void countsWaitingMapsOfOtherHandles() throws IOException {
        try (BpfFs fs = BpfFs.mount();
                TenantMap.Owned rotating = MeteredBpf.TENANT_MAP.create(fs.path("tenant"), PinOptions.in(fs.path("")));
                TenantMap.Owned reading = MeteredBpf.TENANT_MAP.openPinned(fs.path("tenant"), MapAccess.READ_ONLY)) {
            rotating.create(443);
            DrainedMap<FlowMap> rotatedTicket = DrainedMap.of(Objects.requireNonNull(rotating.rotate(443)));
            assertThat(rotating.waitingCount()).isEqualTo(1);
            assertThat(reading.waitingCount()).isEqualTo(1);
            rotatedTicket.close();
            assertThat(rotating.waitingCount()).isZero();
            assertThat(reading.waitingCount()).isZero();
        }
    }
}
