/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.Displaced.Doubt;
import dev.nestmap.runtime.MapAccessor;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.QueueAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.runtime.testing.BusyThreads;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.maptypes.FullMapsBpf.FlowMap;
import dev.nestmap.tests.maptypes.FullMapsBpf.TenantMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.NativeBytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each addition through a generated helper is in a map that a drain passes, or refused, or had an unknown key. No program of this test looks
 * at a result.
 */
@KernelTest
class KernelFullMapsTest extends PinningTest {
    private static final int FLOWS = 9;
    private static final int TENANTS = 3;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @InstalledClang.Each
    void eachAdditionIsDrainedOrRefusedOrUnknown(InstalledClang clang) {
        try (FullMapsBpf bpf = open(clang)) {
            for (int way : List.of(0, 1, 2)) {
                bpf.tenant().getOrCreate(1L);
                bpf.tenant().getOrCreate(2L);
                requireSum(bpf, way, bpf.tenant());
            }
            bpf.spread().create(1L);
            bpf.spread().create(2L);
            requireSum(bpf, 3, bpf.spread());
            bpf.routed().create(1L);
            bpf.routed().create(2L);
            requireSum(bpf, 5, bpf.routed());
            bpf.listed().create(1L);
            bpf.listed().create(2L);
            requireSum(bpf, 6, bpf.listed());
            bpf.worker().create(1L);
            bpf.worker().create(2L);
            requireSum(bpf, 7, bpf.worker());
            bpf.ingress().create(1L);
            bpf.ingress().create(2L);
            bpf.egress().create(1L);
            requireSum(bpf, 8, bpf.ingress());
            assertThat(uncounted(bpf.egress())).isEqualTo(new Uncounted("egress", 0, 0, 0));
        }
    }

    /** Sends packets, and drains. */
    private <M extends MapAccessor> void requireSum(FullMapsBpf bpf, int way, OuterAccessor<?, M> outer) {
        Uncounted before = uncounted(outer);
        int sent = 200;
        for (int i = 0; i < sent; i++) {
            // An update of a prefix replaces its count, so each is sent once.
            send(bpf, way, 1 + random.nextInt(TENANTS), way == 5 ? i : random.nextInt(FLOWS));
        }
        long refused = uncounted(outer).refused() - before.refused();
        long unknown = uncounted(outer).unknownKey() - before.unknownKey();
        AtomicLong drained = new AtomicLong();
        outer.drainAll(displaced -> {
            assertThat(displaced.refused()).as("before it is read").isEqualTo(refused);
            assertThat(displaced.doubts())
                    .as("only a hash tells by its entries that it was never full")
                    .containsExactly(List.of(5, 6, 7).contains(way) ? Doubt.REFUSED : Doubt.FULL);
            drained.addAndGet(sum(displaced.map()));
        });

        assertThat(refused).as("way %d, seed %d", way, seed).isPositive();
        assertThat(unknown).as("way %d, seed %d", way, seed).isPositive();
        assertThat(drained.get() + refused + unknown)
                .as("way %d, seed %d", way, seed)
                .isEqualTo(sent);

        send(bpf, way, 1, 0);
        drained.set(0);
        outer.drainAll(displaced -> {
            assertThat(displaced.doubts()).as("nothing more is refused").isEmpty();
            drained.addAndGet(sum(displaced.map()));
        });
        assertThat(drained).hasValue(1);
    }

    /** One tenant that is full takes nothing from the others' word "exact". */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aFullMapIsNoDoubtAboutTheOthers(int way) {
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            bpf.tenant().createAll(List.of(1L, 2L, 3L, 4L));
            for (int round = 0; round < 2; round++) {
                for (int flow = 0; flow < 6; flow++) { // two are refused
                    send(bpf, way, 1, flow);
                }
                send(bpf, way, 2, 1);
                for (int flow = 0; flow < 4; flow++) {
                    send(bpf, way, 3, flow); // has no room any more
                }

                Map<Long, Set<Doubt>> doubts = new HashMap<>();
                bpf.tenant().drainAll(displaced -> {
                    doubts.put(displaced.key(), displaced.doubts());
                    assertThat(displaced.refused()).isEqualTo(displaced.key() == 2 ? 0 : 2);
                    assertThat(displaced.map().getAndRemove(1L)).isNotNull();
                    assertThat(displaced.doubts()).as("later").isEqualTo(doubts.get(displaced.key()));
                });
                assertThat(doubts)
                        .as("the fourth has no entries")
                        .isEqualTo(Map.of(1L, Set.of(Doubt.FULL), 2L, Set.of(), 3L, Set.of(Doubt.FULL)));
            }
        }
    }

    /** The map may have been full when it refused the addition. */
    @Test
    void aMapWhoseEntriesJavaHasRemovedIsInDoubt() {
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            bpf.tenant().createAll(KEYS);
            fill(bpf, 1, 6);
            fill(bpf, 2, 1);
            fill(bpf, 3, 2);
            assertThat(Objects.requireNonNull(bpf.tenant().get(1)).getAndRemove(0L))
                    .isNotNull();
            assertThat(Objects.requireNonNull(bpf.tenant().get(2)).getAndRemove(0L))
                    .as("has no entries any more")
                    .isNotNull();

            Map<Long, Set<Doubt>> doubts = new HashMap<>();
            bpf.tenant().drainAll(displaced -> {
                doubts.put(displaced.key(), displaced.doubts());
                assertThat(displaced.map().count()).isNotEqualTo(4);
            });
            assertThat(doubts).isEqualTo(Map.of(1L, Set.of(Doubt.FULL), 2L, Set.of(Doubt.FULL), 3L, Set.of()));
        }
    }

    /** Nobody knows which map has failed, or which was full once. */
    @ParameterizedTest
    @ValueSource(strings = {"another error", "a program deletes entries"})
    void allMapsAreInDoubtIf(String reason) {
        boolean isError = reason.equals("another error");
        String[] options = isError ? new String[0] : new String[] {"-DDELETES"};
        try (FullMapsBpf bpf =
                FullMapsBpf.open(BpfObjects.of("full_maps", options)).pins(pins).load()) {
            bpf.tenant().createAll(KEYS);
            fill(bpf, 1, 6);
            fill(bpf, 2, 4);
            fill(bpf, 3, 1);
            if (isError) {
                send(bpf, 12, 9, 9);
            } else {
                send(bpf, 13, 2, 0);
            }
            Map<Long, Set<Doubt>> doubts = new HashMap<>();
            bpf.tenant().drainAll(displaced -> doubts.put(displaced.key(), displaced.doubts()));

            assertThat(doubts)
                    .isEqualTo(Map.of(1L, Set.of(Doubt.REFUSED), 2L, Set.of(Doubt.REFUSED), 3L, Set.of(Doubt.REFUSED)));
        }
    }

    /** A map that the program names is none of the inner maps. */
    @Test
    void aProgramMayDeleteFromAMapThatItNames() {
        Path object = BpfObjects.of("full_maps", "-DDELETES_NAMED");
        try (FullMapsBpf bpf = FullMapsBpf.open(object).pins(pins).load()) {
            bpf.tenant().createAll(KEYS);
            fill(bpf, 1, 6);
            fill(bpf, 2, 1);
            send(bpf, 14, 2, 0);

            bpf.tenant().drain(2L, displaced -> assertThat(displaced.isExact()).isTrue());
        }
    }

    /** Threads run the program on all CPUs, and know what it has refused for each tenant. */
    @Test
    void noMapThatHasRefusedSeemsExact() throws Exception {
        AtomicLongArray sent = new AtomicLongArray(TENANTS + 1);
        AtomicLongArray failed = new AtomicLongArray(TENANTS + 1);
        AtomicLongArray drained = new AtomicLongArray(TENANTS + 1);
        AtomicLongArray refused = new AtomicLongArray(TENANTS + 1);
        Displaced.Action<Long, FlowMap> action = displaced -> {
            int tenant = displaced.key().intValue();
            refused.addAndGet(tenant, Objects.requireNonNull(displaced.refused()));
            drained.addAndGet(tenant, sum(displaced.map()));
            assertThat(displaced.isExact() || tenant != 3)
                    .as("the third is never full")
                    .isTrue();
        };
        try (FullMapsBpf bpf = open(InstalledClang.newest());
                BusyThreads senders = new BusyThreads()) {
            bpf.tenant().createAll(KEYS);
            for (int i = 0; i < 3; i++) {
                Random own = new Random(seed + i);
                senders.start(() -> {
                    long runs = 0;
                    for (; !senders.isOver(); runs++) {
                        int tenant = 1 + own.nextInt(TENANTS);
                        sent.incrementAndGet(tenant);
                        failed.addAndGet(tenant, send(bpf, 11, tenant, own.nextInt(tenant == 3 ? 3 : FLOWS)));
                    }
                    return runs;
                });
            }
            while (senders.goesOn(failed.get(1) > 0 && failed.get(2) > 0)) {
                bpf.tenant().drainAll(action);
            }
            senders.end();
            bpf.tenant().drainAll(action);
        }
        for (int tenant = 1; tenant <= TENANTS; tenant++) {
            assertThat(refused.get(tenant))
                    .as("tenant %d, seed %d", tenant, seed)
                    .isGreaterThanOrEqualTo(failed.get(tenant));
            assertThat(drained.get(tenant) + failed.get(tenant))
                    .as("tenant %d, seed %d", tenant, seed)
                    .isEqualTo(sent.get(tenant));
        }
        assertThat(failed.get(3)).isZero();
    }

    /** The kernel makes room in an LRU map, and counts nothing of it. */
    @Test
    void anEvictingMapIsAlwaysInDoubt() {
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            bpf.evicting().create(1L);
            for (int flow = 0; flow < 1000; flow++) {
                send(bpf, 4, 1, flow);
                send(bpf, 4, 9, flow);
            }
            AtomicLong drained = new AtomicLong();
            bpf.evicting().drainAll(displaced -> {
                assertThat(displaced.doubts()).contains(Doubt.EVICTS);
                drained.addAndGet(sum(displaced.map()));
            });

            assertThat(uncounted(bpf.evicting()).unknownKey()).isEqualTo(1000);
            assertThat(drained.get() + uncounted(bpf.evicting()).refused()).isBetween(1L, 999L);
        }
    }

    /** The kernel charges each entry of such a map to the control group whose process created the map, and refuses it at the group's limit. */
    @Test
    void aMapWithoutMemoryRefusesBeforeItIsFull() throws Exception {
        try (FullMapsBpf bpf = open(InstalledClang.newest());
                MemoryGroup group = MemoryGroup.create()) {
            group.run(() -> bpf.limited().create(1L));
            bpf.limited().create(2L); // another group pays for this one
            group.limitMore(1 << 20);
            int sent = 0;
            while (uncounted(bpf.limited()).refused() < 100) {
                assertThat(sent).as("additions without a refusal").isLessThan(100_000);
                send(bpf, 10, 1, sent++);
            }
            int known = 100;
            for (int i = 0; i < known; i++) {
                send(bpf, 10, 1, 0);
                send(bpf, 10, 2, i);
                send(bpf, 10, 3, i);
            }
            sent += 3 * known;
            Uncounted numbers = uncounted(bpf.limited());
            assertThat(numbers).isEqualTo(new Uncounted("limited", 0, 100, known));
            AtomicLong drained = new AtomicLong();
            AtomicLong ofOther = new AtomicLong();
            bpf.limited().drainAll(displaced -> {
                assertThat(displaced.refused()).isEqualTo(100);
                assertThat(displaced.doubts()).containsExactly(Doubt.REFUSED);
                (displaced.key() == 1 ? drained : ofOther).set(sum(displaced.map()));
            });

            assertThat(ofOther).hasValue(known);
            assertThat(drained.get() + ofOther.get() + numbers.refused() + numbers.unknownKey())
                    .isEqualTo(sent);

            send(bpf, 10, 1, 100_000); // the next map is not the group's
            bpf.limited().drain(1L, displaced -> assertThat(displaced.isExact()).isTrue());
        }
    }

    @Test
    void oneWordLeavesTheNumbersOut() {
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            bpf.quiet().create(1L);
            for (int flow = 0; flow < FLOWS; flow++) {
                send(bpf, 9, 1, flow);
            }
            assertThat(bpf.quiet().uncounted()).isNull();
            bpf.quiet().drainAll(displaced -> {
                assertThat(displaced.refused()).isNull();
                assertThat(displaced.doubts()).as("before it is read").containsExactly(Doubt.FULL);
                sum(displaced.map());
                assertThat(displaced.doubts()).containsExactly(Doubt.FULL);
            });
        }
    }

    /** A map that came into its slot after the refusals is exact, and the others are not, in each process. */
    @Test
    void theNextProcessKnowsWhichRefusalsAreNews() throws Exception {
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            bpf.tenant().create(1L);
            fill(bpf, 1, 6); // two are refused
            bpf.tenant().create(2L);
            fill(bpf, 2, 1);
            assertRefused(bpf.tenant(), 2, 0);
        }
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            fill(bpf, 1, 5);
            bpf.tenant().create(3L); // ends before a drain
        }
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            fill(bpf, 2, 1);
            fill(bpf, 3, 1);
            assertRefused(bpf.tenant(), 1, 1, 1); // it does not know when the third map came
        }
        try (FullMapsBpf bpf = open(InstalledClang.newest());
                TenantMap.Owned reader = FullMapsBpf.TENANT_MAP.openPinned(fs.path("tenant"))) {
            fill(bpf, 1, 1);
            fill(bpf, 2, 1);
            fill(bpf, 3, 1);
            assertThat(uncounted(reader)).isEqualTo(new Uncounted("tenant", 3, 0, 0));
            assertRefused(bpf.tenant(), 0, 0, 0);
        }
        assertThat(fs.path("tenant-uncounted")).exists();
    }

    /** When all maps of the time have ended, the refusals are no news for the next process. */
    @Test
    void anEndedTicketKeepsItsRefusals() {
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            bpf.tenant().create(1L);
            fill(bpf, 1, 6);
            Objects.requireNonNull(bpf.tenant().rotate(1L)).close();
        }
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            List<Displaced<Long, FlowMap>> ended = new ArrayList<>();
            bpf.tenant().drainAll(ended::add);
            assertThat(ended).hasSize(2).allSatisfy(ticket -> {
                assertThat(ticket.refused()).isEqualTo(2);
                assertThat(ticket.doubts()).containsExactly(Doubt.REFUSED);
            });
        }
    }

    /** A way to pass the maps of three tenants to an action, which leaves the tenants in slots. */
    @FunctionalInterface
    private interface WayToDrain {
        void drain(TenantMap tenant, Displaced.Action<Long, FlowMap> action) throws Exception;
    }

    private static final List<Long> KEYS = List.of(1L, 2L, 3L);

    private static final Map<String, WayToDrain> WAYS_TO_DRAIN = Map.of(
            "drain(key)",
            (tenant, action) -> KEYS.forEach(key -> tenant.drain(key, action)),
            "drainAll(keys)",
            (tenant, action) -> tenant.drainAll(KEYS, action),
            "drainAll",
            (tenant, action) -> tenant.drainAll(action),
            "drainLast(key)",
            (tenant, action) -> KEYS.forEach(key -> {
                tenant.drainLast(key, action);
                tenant.create(key);
            }),
            "drainWaiting",
            (tenant, action) -> {
                tenant.rotateAll(KEYS).forEach(Displaced::close);
                tenant.drainWaiting(action);
            },
            "rotate(key)",
            (tenant, action) -> {
                for (long key : KEYS) {
                    Displaced<Long, FlowMap> ticket = Objects.requireNonNull(tenant.rotate(key));
                    action.drain(ticket);
                    ticket.acknowledge();
                }
            });

    static Set<String> waysToDrain() {
        return new TreeSet<>(WAYS_TO_DRAIN.keySet());
    }

    /** Each process puts new maps into all slots. So a refusal is a doubt of the maps that were in slots then, and of no later ones. */
    @ParameterizedTest
    @MethodSource("waysToDrain")
    void noProcessDoubtsARefusalAgainHoweverItDrains(String way) throws Exception {
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            bpf.tenant().createAll(KEYS);
            fill(bpf, 1, 6); // two are refused
            assertRefused(bpf, way, 2, 0, 0);
            assertRefused(bpf, way, 0, 0, 0);
        }
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            assertRefused(bpf, way, 0, 0, 0);
        }
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            fill(bpf, 2, 5); // one is refused by a map of an earlier process
            assertRefused(bpf, way, 1, 1, 1);
        }
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            assertRefused(bpf, way, 0, 0, 0);
            assertRefused(bpf, way, 0, 0, 0);
            bpf.tenant().discardAll();
        }
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            bpf.tenant().createAll(KEYS);
            assertRefused(bpf, way, 0, 0, 0);
        }
    }

    private static void assertRefused(FullMapsBpf bpf, String way, long... ofEach) throws Exception {
        for (long key : KEYS) {
            fill(bpf, (int) key, 1);
        }
        assertRefused(bpf.tenant(), Objects.requireNonNull(WAYS_TO_DRAIN.get(way)), ofEach);
    }

    /**
     * The outer map's handle in an operator's command does not know the programs, which may count nothing. A load does not know those that have
     * filled the map of another process.
     */
    @Test
    void aHandleWithoutTheObjectDoubtsAFullMap() {
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            bpf.tenant().create(1L);
            fill(bpf, 1, 4);
        }
        try (TenantMap.Owned tenants = FullMapsBpf.TENANT_MAP.openPinned(fs.path("tenant"))) {
            tenants.drainAll(displaced -> assertThat(displaced.doubts()).containsExactly(Doubt.FULL));
        }
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            fill(bpf, 1, 4);
            bpf.tenant().drainAll(displaced -> assertThat(displaced.doubts()).containsExactly(Doubt.FULL));
            fill(bpf, 1, 4);
            bpf.tenant().drainAll(displaced -> assertThat(displaced.doubts()).isEmpty());
        }
    }

    /** A ticket that is given back keeps its doubt, also for the next process. */
    @Test
    void aMapThatWaitsStaysInDoubt() {
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            bpf.tenant().create(1L);
            bpf.tenant().create(2L);
            fill(bpf, 1, 5);
            fill(bpf, 2, 1);
            try (Displaced<Long, FlowMap> full =
                    Objects.requireNonNull(bpf.tenant().rotate(1L))) {
                assertThat(full.refused()).isEqualTo(1);
            }
            bpf.tenant()
                    .drainAll(
                            List.of(2L),
                            displaced -> assertThat(displaced.refused()).isZero());
        }
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            bpf.tenant().drainAll(displaced -> assertThat(displaced.doubts()).containsExactly(Doubt.REFUSED));
            fill(bpf, 1, 2);
            assertThat(bpf.tenant()
                            .drainAll(
                                    displaced -> assertThat(displaced.isExact()).isTrue()))
                    .isEqualTo(1);
        }
    }

    /** A drain of all keys leaves out the slot of a kept ticket, which another thread acknowledges before the drain ends. */
    @Test
    void aMapThatADrainHasLeftOutStaysInDoubt() throws Exception {
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            bpf.tenant().create(1L);
            fill(bpf, 1, 1);
            List<Displaced<Long, FlowMap>> kept = new ArrayList<>();
            bpf.tenant().drainAll(displaced -> kept.add(displaced.keep()));
            fill(bpf, 1, 6); // two are refused
            bpf.tenant().create(2L);
            fill(bpf, 2, 1);

            assertThat(bpf.tenant().drainAll(displaced -> kept.forEach(Displaced::acknowledge)))
                    .isEqualTo(1);
        }
        try (FullMapsBpf bpf = open(InstalledClang.newest())) {
            fill(bpf, 2, 1);
            assertRefused(bpf.tenant(), 2, 2); // it does not know when the second map came
        }
    }

    /** Threads run the program on all CPUs while tenants come and go. */
    @Test
    void noAdditionIsMissingWhileTenantsAreDeleted() throws Exception {
        AtomicLong drained = new AtomicLong();
        try (FullMapsBpf bpf = open(InstalledClang.newest());
                BusyThreads senders = new BusyThreads()) {
            bpf.tenant().create(1L);
            for (int i = 0; i < 2; i++) {
                Random own = new Random(seed + i);
                senders.start(() -> {
                    long sent = 0;
                    for (; !senders.isOver(); sent++) {
                        send(bpf, own.nextInt(3), 1 + own.nextInt(TENANTS), own.nextInt(FLOWS));
                    }
                    return sent;
                });
            }
            for (int round = 0; round < 100; round++) {
                long tenant = 1L + random.nextInt(TENANTS);
                if (random.nextBoolean()) {
                    bpf.tenant().getOrCreate(tenant);
                    bpf.tenant().drainAll(displaced -> drained.addAndGet(sum(displaced.map())));
                } else {
                    bpf.tenant().drainLastAll(List.of(tenant), displaced -> drained.addAndGet(sum(displaced.map())));
                }
            }
            long sent = senders.end();
            bpf.tenant().drainAll(displaced -> drained.addAndGet(sum(displaced.map())));
            Uncounted numbers = uncounted(bpf.tenant());
            assertThat(drained.get() + numbers.refused() + numbers.unknownKey())
                    .as("seed %d: %d drained, %s", seed, drained.get(), numbers)
                    .isEqualTo(sent);
            assertThat(numbers.refused()).isPositive();
            assertThat(numbers.unknownKey()).isPositive();
        }
    }

    private static void assertRefused(TenantMap tenant, long... ofEach) throws Exception {
        assertRefused(tenant, TenantMap::drainAll, ofEach);
    }

    private static void assertRefused(TenantMap tenant, WayToDrain way, long... ofEach) throws Exception {
        List<Long> refused = new ArrayList<>();
        way.drain(tenant, displaced -> {
            assertThat(displaced.isExact()).isEqualTo(Objects.requireNonNull(displaced.refused()) == 0);
            refused.add(displaced.refused());
        });
        assertThat(refused)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(ofEach).boxed().toList());
    }

    private static Uncounted uncounted(OuterAccessor<?, ?> outer) {
        return Objects.requireNonNull(outer.uncounted());
    }

    /** The sum of the values, or the number of the elements. */
    private static long sum(MapAccessor map) {
        AtomicLong sum = new AtomicLong();
        if (map instanceof ReadableAccessor<?, ?> entries) {
            entries.forEachBytes((key, value) -> {
                while (value.hasRemaining()) {
                    sum.addAndGet(value.getLong());
                }
            });
        } else if (map instanceof QueueAccessor<?> queue) {
            while (queue.poll() != null) {
                sum.incrementAndGet();
            }
        }
        return sum.get();
    }

    private FullMapsBpf open(InstalledClang clang) {
        return FullMapsBpf.open(BpfObjects.of("full_maps", clang)).pins(pins).load();
    }

    /** Sends a packet of each flow. */
    private static int fill(FullMapsBpf bpf, int tenant, int flows) {
        for (int flow = 0; flow < flows; flow++) {
            send(bpf, 0, tenant, flow);
        }
        return flows;
    }

    private static int send(FullMapsBpf bpf, int way, int tenant, int flow) {
        byte[] packet = NativeBytes.packet(way, tenant, flow);
        int result = bpf.program("count").testRun(packet).returnValue();
        assertThat(result).isNotNegative();
        return result;
    }
}
