/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.NetworkContract.HTTPS;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static dev.nestmap.runtime.testing.DrainedMap.drained;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Inner maps that programs can't write are in as many slots as the caller wants, on any backend. */
abstract class SharedSettingsContract {
    private static final Flow SEVEN = new Flow(HTTPS, 7);

    private Network network;
    private TenantMap tenants;
    private FlowMap plan;

    abstract MapFactory factory();

    @BeforeEach
    void open() {
        network = Network.ofSettings(factory());
        tenants = network.tenant();
        plan = tenants.create(1L, settings -> settings.put(SEVEN));
    }

    final TenantMap tenants() {
        return tenants;
    }

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void aMapIsOpenUntilItsLastSlotIsEmpty() {
        tenants.create(2L);

        assertThat(tenants.share(2L, plan)).isTrue();
        assertThat(tenants.share(3L, plan)).isFalse();
        assertThat(tenants.share(3L, plan)).as("it stays in the slot").isTrue();

        assertThat(tenants.get(2L)).isSameAs(plan);
        assertThat(tenants.discard(1L)).isTrue();
        assertThat(tenants.get(3, HTTPS)).isEqualTo(SEVEN);
        assertThat(tenants.replace(2L, settings -> {})).isTrue();
        assertThat(plan).containsExactly(SEVEN);
        assertThat(tenants.discard(3L)).isTrue();
        assertIsClosedSoon();
    }

    /** No program has counted in it. */
    @Test
    void aDrainPassesItOnceForEachSlot() {
        tenants.share(2L, plan);

        assertThat(drained(tenants.rotate(1L))).containsExactly(SEVEN);
        assertThat(tenants.get(2L)).isSameAs(plan);
        assertThat(plan).containsExactly(SEVEN);
        assertThat(drained(tenants.take(2L))).containsExactly(SEVEN);
        assertIsClosedSoon();
        assertThat(tenants.get(1L)).isEmpty();

        tenants.shareAll(Map.of(2L, Objects.requireNonNull(tenants.get(1L))));
        assertThat(tenants.drainLastAll(ticket -> {})).as("both in one call").isEqualTo(2);
        assertThat(tenants.keys()).isEmpty();
    }

    /** At the latest after as many changes as there are slots, so that not each change reads all of them. */
    private void assertIsClosedSoon() {
        for (int i = 0; i < Network.TENANTS; i++) {
            tenants.replace(9L, settings -> {});
        }
        tenants.discard(9L);
        assertThrown(InvalidHandleException.class, () -> plan.get(HTTPS));
    }

    @Test
    void anotherOuterMapCanShareIt() {
        try (Network other = Network.ofSettings(factory())) {
            other.tenant().share(5L, plan);

            plan.put(new Flow(HTTPS, 8));
            assertThat(other.tenant().get(5, HTTPS)).isEqualTo(new Flow(HTTPS, 8));
            tenants.discard(1L);
            assertThat(other.tenant().get(5, HTTPS)).isEqualTo(new Flow(HTTPS, 8));
        }
    }

    @Test
    void onlyAValidMapOfTheSameDefinitionIsShared() {
        FlowMap gone = tenants.create(2L);
        tenants.discard(2L);

        assertThrown(InvalidHandleException.class, () -> tenants.share(3L, gone));
        try (FlowMap.Owned owned = Network.newFlows(factory())) {
            assertBpfException(() -> tenants.share(3L, owned), "share of map flow_map", "flags");
        }
        assertBpfException(() -> tenants.share(3L, network.flow()), "share of map flow", "flags");
        assertThat(tenants.keys()).containsExactly(1L);
    }

    @Test
    void theOtherKeysOfABatchThatFailsHaveTheMap() {
        Map<Long, FlowMap> maps = new HashMap<>();
        for (long key = 0; key <= Network.TENANTS; key++) {
            maps.put(key, plan);
        }

        BatchException failure = catchThrowableOfType(BatchException.class, () -> tenants.shareAll(maps));

        assertThat(failure.failures()).hasSize(1);
        assertThat(List.copyOf(tenants.keys())).hasSize(Network.TENANTS).contains(1L);
        assertThat(plan).containsExactly(SEVEN);
    }
}
