/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.sizes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.Displaced.Doubt;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.sizes.SizedPins.Flow;
import dev.nestmap.tests.sizes.SizedPins.Total;
import dev.nestmap.tests.sizes.SizedPinsBpf.FlowMap;
import dev.nestmap.tests.sizes.SizedPinsBpf.Sizes;
import dev.nestmap.tests.sizes.SizedPinsBpf.TenantMap;
import dev.nestmap.tests.sizes.SizedPinsBpf.TotalMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Pinned maps keep or change the size that is given at load, and readers find it. */
@KernelTest
class KernelSizedPinsTest extends PinningTest {
    private static final Sizes SIZES = new Sizes().tenant(8).flow(7).total(9);

    @Test
    void openingAPinFindsTheSizes() throws IOException {
        load(SIZES).close();

        try (TenantMap.Owned tenants = SizedPinsBpf.TENANT_MAP.openPinned(fs.path("acme/tenant"));
                TotalMap.Owned total = SizedPinsBpf.TOTAL_MAP.openPinned(fs.path("acme/total"), MapAccess.READ_ONLY)) {
            assertThat(tenants.maxEntries()).isEqualTo(8);
            assertThat(tenants.getOrCreate(4).maxEntries()).isEqualTo(7);
            assertThat(tenants.create(5).maxEntries()).isEqualTo(7);
            assertThat(total.maxEntries()).isEqualTo(9);
            try (FlowMap.Owned flows = SizedPinsBpf.FLOW_MAP.openPinned(fs.path("acme/tenant-inner/4"))) {
                assertThat(flows.maxEntries()).isEqualTo(7);
            }
        }
        try (SizedPinsBpf bpf = load(SIZES)) {
            assertThat(Objects.requireNonNull(bpf.tenant().get(4)).maxEntries()).isEqualTo(7);
        }
    }

    @Test
    void theNextLoadChangesTheSizes() throws IOException {
        try (SizedPinsBpf bpf = load(SIZES)) {
            bpf.tenant().create(4).put(new Flow(1, 100));
            bpf.total().put(new Total(3, 30));
        }
        Sizes larger = SIZES.tenant(80).total(90);

        try (SizedPinsBpf bpf = load(larger)) {
            assertThat(bpf.tenant().maxEntries()).isEqualTo(80);
            assertThat(drained(bpf)).isEqualTo(100);
            assertThat(size(bpf, 4)).isEqualTo(7);
            assertThat(bpf.total().maxEntries()).isEqualTo(90);
            assertThat(bpf.total().get(3)).as("what programs may write waits").isEqualTo(new Total(3, 0));
            assertThat(bpf.keptCounts()).containsOnlyKeys("total");
        }
        load(larger).close();
    }

    @Test
    void anotherSizeAtTheNextLoadIsRejectedIfTheCallerSaysSo() throws IOException {
        load(SIZES).close();

        for (Sizes other : List.of(SIZES.total(90), SIZES.total(3), SIZES.tenant(80), SIZES.tenant(4))) {
            assertBpfException(
                            () -> open(other).pins(pins.withoutUpgrade()).load().close(),
                            "let a load of this version upgrade the map")
                    .hasMessageMatching("(?s).*max_entries [89] instead of .*");
        }
        load(SIZES).close();
    }

    /** So that a service which asks for more, because its maps were full, gets it. */
    @Test
    void innerMapsGrowWhenTheyAreRotated() throws IOException {
        try (SizedPinsBpf bpf = load(SIZES)) {
            bpf.tenant().create(4);
            fill(bpf, 4, 7);
            bpf.tenant().create(5, 300).put(new Flow(1, 1));
            bpf.tenant().create(6);
        }
        Sizes larger = SIZES.flow(70);
        try (SizedPinsBpf bpf = load(larger)) {
            assertThat(size(bpf, 4)).isEqualTo(7);
            assertThat(bpf.tenant().drainAll(KernelSizedPinsTest::requireEntries))
                    .as("without the empty map of slot 6")
                    .isEqualTo(2);
            assertThat(List.of(size(bpf, 4), size(bpf, 5), size(bpf, 6))).containsExactly(70L, 300L, 7L);
            fill(bpf, 4, 70);
        }
        try (TenantMap.Owned tenants = SizedPinsBpf.TENANT_MAP.openPinned(fs.path("acme/tenant"))) {
            assertThat(drained(tenants)).isEqualTo(70);
            assertThat(Objects.requireNonNull(tenants.get(4)).maxEntries())
                    .as("in a process that does not know the size of the load")
                    .isEqualTo(70);
        }
    }

    /** Its load changes no pin, so it needs no claim. */
    @Test
    void aGuestLoadsWithTheSameSizesBesideTheOwner() throws IOException {
        try (SizedPinsBpf owner = load(SIZES)) {
            owner.tenant().create(4); // the owner keeps the pins

            try (SizedPinsBpf guest = load(SIZES)) {
                assertThat(size(guest, 4)).isEqualTo(7);
            }
        }
    }

    @Test
    void aFailedLoadLeavesTheSizeForNewInnerMaps() throws IOException {
        load(SIZES).close();

        assertThatThrownBy(() -> open(SIZES.flow(70))
                        .prepare(loaded -> {
                            throw new IllegalStateException("not prepared");
                        })
                        .load())
                .hasMessageContaining("not prepared");

        try (TenantMap.Owned tenants = SizedPinsBpf.TENANT_MAP.openPinned(fs.path("acme/tenant"))) {
            assertThat(tenants.create(4).maxEntries()).isEqualTo(7);
        }
    }

    /** They would have no room for entries that had room before. */
    @Test
    void innerMapsDoNotShrinkWhenTheyAreRotated() throws IOException {
        try (SizedPinsBpf bpf = load(SIZES)) {
            bpf.tenant().create(4);
            fill(bpf, 4, 7);
        }
        try (SizedPinsBpf bpf = load(SIZES.flow(2))) {
            assertThat(drained(bpf)).isEqualTo(7);
            assertThat(size(bpf, 4)).isEqualTo(7);
            fill(bpf, 4, 7);
            assertThat(bpf.tenant().create(5).maxEntries()).isEqualTo(2);
        }
    }

    private static void fill(SizedPinsBpf bpf, long tenant, int entries) {
        FlowMap flows = Objects.requireNonNull(bpf.tenant().get(tenant));
        for (int i = 0; i < entries; i++) {
            flows.put(new Flow(i, 1));
        }
        assertBpfException(() -> flows.put(new Flow(entries, 1))).hasErrno(Errno.E2BIG);
    }

    private static long size(SizedPinsBpf bpf, long tenant) {
        return Objects.requireNonNull(bpf.tenant().get(tenant)).maxEntries();
    }

    private static long drained(SizedPinsBpf bpf) {
        return drained(bpf.tenant());
    }

    private static long drained(TenantMap tenants) {
        AtomicLong packets = new AtomicLong();
        tenants.drainAll(displaced -> displaced.map().forEach(flow -> packets.addAndGet(flow.packets())));
        return packets.get();
    }

    private static void requireEntries(Displaced<Long, FlowMap> displaced) {
        FlowMap flows = displaced.map();
        boolean isFull = flows.count() == flows.maxEntries(); // and the program uses no helper that counts refusals
        assertThat(displaced.doubts()).isEqualTo(isFull ? Set.of(Doubt.FULL) : Set.of());
        assertThat(flows).isNotEmpty();
    }

    @Test
    void aNewMapTakesSizes() {
        try (TenantMap.Owned tenants =
                SizedPinsBpf.tenantMap(new Sizes().tenant(3).flow(2)).create(fs.path("tenant"))) {
            assertThat(tenants.maxEntries()).isEqualTo(3);
        }
        try (TenantMap.Owned tenants = SizedPinsBpf.TENANT_MAP.openPinned(fs.path("tenant"))) {
            assertThat(tenants.maxEntries()).isEqualTo(3);
            assertThat(tenants.create(1).maxEntries())
                    .as("although no inner map shows the size")
                    .isEqualTo(2);
        }
        try (TenantMap.Owned tenants =
                SizedPinsBpf.tenantMap(new Sizes().tenant(4).flow(5)).create()) {
            assertThat(tenants.create(1).maxEntries()).isEqualTo(5);
        }
        assertBpfException(() -> SizedPinsBpf.tenantMap(new Sizes().tenant(4)).create())
                .onMap("flow_map");
    }

    /** The files beside the pin belong to the new map. */
    @Test
    void aHandleOfTheReplacedMapDoesNotChangePins() throws IOException {
        try (SizedPinsBpf bpf = load(SIZES)) {
            bpf.tenant().create(1);
            bpf.tenant().create(2);
        }
        try (TenantMap.Owned old = SizedPinsBpf.tenantMap(SIZES).openPinned(fs.path("acme/tenant"))) {
            load(SIZES.tenant(16)).close();
            List<String> content = fs.content();

            assertBpfException(
                    () -> old.rotate(1), "another map is pinned at " + fs.pin("acme/tenant"), "Open the new map");
            assertBpfException(() -> old.discard(2));
            assertBpfException(() -> old.create(3));

            assertThat(old.keys()).containsExactlyInAnyOrder(1L, 2L);
            assertThat(fs.content()).isEqualTo(content);
        }
    }

    private SizedPinsBpf.Open open(Sizes sizes) {
        return SizedPinsBpf.open(BpfObjects.of("sized_pins")).sizes(sizes).pins(pins);
    }

    private SizedPinsBpf load(Sizes sizes) {
        return open(sizes).load();
    }
}
