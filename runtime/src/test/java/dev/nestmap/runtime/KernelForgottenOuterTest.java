/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.GarbageCollection;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NoFdLeaks;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An owned handle to an outer map that nobody closes gives up its inner maps and its lock. */
@KernelTest
@Timeout(60)
class KernelForgottenOuterTest extends PinnedTest {
    private static final Flow FLOW = new Flow(new FlowKey(443, 6), 1);

    @Test
    void itsInnerMapsAreClosedAndItsLockIsGivenUp() throws InterruptedException {
        List<String> open = NoFdLeaks.open();
        Path pin = fs.path("tenant");
        forget(pin);

        GarbageCollection.until(() -> NoFdLeaks.open().size() <= open.size());
        try (TenantMap.Owned tenants = TenantMap.openPinned(pin, MapAccess.READ_WRITE);
                DrainedMap<FlowMap> drainedTicket = DrainedMap.of(tenants.rotate(2L))) {
            FlowMap drained = drainedTicket.map();
            assertThat(drained).as("nobody else takes maps out").containsExactly(FLOW);
        }
    }

    @Test
    void aBorrowedHandleKeepsIt() throws InterruptedException {
        List<String> open = NoFdLeaks.open();
        useAfterOthersForgotIt();
        GarbageCollection.until(() -> NoFdLeaks.open().size() <= open.size());
    }

    private void forget(Path pin) {
        TenantMap.Owned tenants = TenantMap.newMap(pin, pins);
        tenants.createAll(List.of(1L, 2L, 3L), (id, flows) -> flows.put(FLOW));
        Objects.requireNonNull(tenants.rotate(1L)).acknowledge();
    }

    private static void useAfterOthersForgotIt() throws InterruptedException {
        FlowMap flows = borrow();
        for (int i = 0; i < 10; i++) {
            GarbageCollection.run();
            flows.put(FLOW);
            assertThat(flows).containsExactly(FLOW);
        }
    }

    private static FlowMap borrow() {
        return TenantMap.newMap().create(1L);
    }
}
