/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Measures how many new tenants per second get their inner maps, and how long they wait. This is not a test, so it runs
 * only by name: {@code mvn -pl tests -am verify -Dtest=DemandBenchmark -Dnestmap.figures
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@KernelTest
@EnabledIfSystemProperty(
        named = "nestmap.figures",
        matches = ".*",
        disabledReason = "measures; -Dnestmap.figures runs it")
@Timeout(60)
class DemandBenchmark {
    private static final int SECONDS = 5;

    @ParameterizedTest
    @ValueSource(ints = {1_000, 1_000, 2_000, 3_000})
    void newTenants(int perSecond) throws Exception {
        TenantLoad load = new TenantLoad(perSecond, perSecond * SECONDS);
        try (BpfFs fs = BpfFs.mount();
                DemandBpf bpf = DemandBpf.open(BpfObjects.of("demand"))
                        .pins(PinOptions.in(fs.path("")))
                        .load();
                OnDemandServer<Long> server = bpf.tenant().serveRequests(load)) {
            load.run(bpf.program("count"));
            System.out.println(load + "; " + server.statistics() + ", lost " + server.lostRequests());
            assertThat(load.failures()).isEmpty();
        }
    }
}
