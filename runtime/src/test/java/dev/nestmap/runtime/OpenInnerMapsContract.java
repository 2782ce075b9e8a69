/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.GarbageCollection;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Handles to many inner maps work though few of the maps may be open at a time. {@code -Dnestmap.seed} repeats random operations, {@code
 * -Dnestmap.rounds=1000} does more of them.
 */
abstract class OpenInnerMapsContract {
    private static final String PROPERTY = "nestmap.openInnerMaps";
    private static final int LIMIT = 8;
    private static final int TENANTS = 500;
    private static final int REMOVED = 40;
    private static final List<Long> ALL = LongStream.range(0, TENANTS).boxed().toList();
    private static final FlowKey HTTPS = new FlowKey(443, 6);
    private static final long SEED = Long.getLong("nestmap.seed", System.nanoTime());
    private static final int ROUNDS = Integer.getInteger("nestmap.rounds", 15);
    private static final int THREADS = 6;

    /** The maps of the network that are no inner maps. */
    private static final int TOP_LEVEL = 5;

    private final AtomicInteger sequence = new AtomicInteger();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong drained = new AtomicLong();

    abstract MapFactory factory();

    /** The number of inner maps that are open in this process now; -1 if the backend can't tell. */
    abstract int open();

    @BeforeEach
    void limit() {
        System.setProperty(PROPERTY, Integer.toString(LIMIT));
    }

    @AfterEach
    void noLimit() {
        System.clearProperty(PROPERTY);
    }

    private Network network() {
        return Network.of(new FactoryObject(factory(), Network.schema(TENANTS)));
    }

    @Test
    void handlesWorkThoughFewMapsStayOpen() {
        int before = open();
        try (Network network = network()) {
            Map<Long, FlowMap> handles = new HashMap<>();
            for (int from = 0; from < TENANTS; from += 100) {
                handles.putAll(network.tenant().createAll(ALL.subList(from, from + 100)));
            }
            handles.forEach((key, flows) -> flows.put(new Flow(HTTPS, key)));

            assertThat(open() - before).isLessThanOrEqualTo(LIMIT + TOP_LEVEL);
            handles.forEach((key, flows) -> {
                assertThat(flows.get(HTTPS)).isEqualTo(new Flow(HTTPS, key));
                assertThat(network.tenant().get(key))
                        .as("the same handle for the same map")
                        .isSameAs(flows);
            });
            Map<Long, FlowMap> visited = new HashMap<>();
            network.tenant().forEach(visited::put);
            assertThat(visited).isEqualTo(handles);
            assertThat(open() - before).isLessThanOrEqualTo(LIMIT + TOP_LEVEL);
        }
    }

    /** What Nestmap knows of a map that is not open, and to which nobody has a handle, is forgotten. */
    @Test
    void aMapThatIsPutBackKeepsItsDoubtWhileOthersAreOpened() throws InterruptedException {
        try (Network network = network()) {
            network.tenant().createAll(ALL.subList(0, 20));
            putBack(
                    network,
                    network.tenant().expert().unchecked().rotateAll(List.of(1L)).get(0));
            for (int round = 0; round < 2; round++) {
                ALL.subList(2, 20).forEach(key -> network.tenant().get(key, HTTPS));
            }
            GarbageCollection.run();

            try (Displaced<Long, FlowMap> again =
                    requireNonNull(network.tenant().rotate(1L))) {
                assertThat(again.doubts()).containsExactly(Displaced.Doubt.UNCHECKED);
                again.acknowledge();
            }
        }
    }

    private static void putBack(Network network, Displaced<Long, FlowMap> displaced) {
        discardDisplaced(network.tenant().swap(1L, displaced));
    }

    @Test
    void rotatesAndRemovesMapsThatAreNotOpen() {
        try (Network network = network()) {
            Map<Long, FlowMap> handles =
                    network.tenant().createAll(ALL, (key, flows) -> flows.put(new Flow(HTTPS, key)));

            List<Displaced<Long, FlowMap>> old = network.tenant().rotateAll(ALL.subList(0, 50));
            assertThat(old).hasSize(50);
            DrainedMap.drainEach(
                    old, (key, flows) -> assertThat(flows.get(HTTPS)).isEqualTo(new Flow(HTTPS, key)));
            assertThatThrownBy(() -> handle(handles, 7).get(HTTPS))
                    .isInstanceOf(InvalidHandleException.class)
                    .hasMessageContaining("was rotated");
            network.tenant().discard(60L);
            assertThatThrownBy(() -> handle(handles, 60).get(HTTPS))
                    .isInstanceOf(InvalidHandleException.class)
                    .hasMessageContaining("was discarded");
            assertThat(network.tenant().get(70L, HTTPS)).isEqualTo(new Flow(HTTPS, 70));
            discardDisplaced(network.tenant().share(60L, handle(handles, 61)));
            for (Long key : ALL) {
                network.tenant().get(key, HTTPS);
            }
            network.tenant().discard(61L);
            assertThat(handle(handles, 61).get(HTTPS)).as("still in slot 60").isEqualTo(new Flow(HTTPS, 61));
        }
    }

    @Test
    void aMapThatAnotherProcessRemovedIsNotFoundAgain() {
        FactoryObject object = new FactoryObject(factory(), Network.schema(TENANTS));
        try (Network network = Network.of(object)) {
            Map<Long, FlowMap> handles = network.tenant().createAll(ALL.subList(0, REMOVED));
            RawMap tenant = Objects.requireNonNull(object.maps().get("tenant"));
            OffHeapBlock key = OffHeapBlock.allocate(Integer.BYTES);
            for (int i = 0; i < REMOVED; i++) {
                key.bytes().putInt(0, i);
                assertThat(tenant.delete(key, 0)).isZero(); // as another process does, without a word
            }

            int gone = 0;
            for (FlowMap flows : handles.values()) {
                try {
                    flows.put(new Flow(HTTPS, 1));
                } catch (InvalidHandleException e) {
                    assertThat(e).hasMessageContaining("another process replaced or removed its entry of tenant");
                    gone++;
                }
            }
            assertThat(gone).isGreaterThanOrEqualTo(REMOVED - LIMIT);
            assertThat(network.tenant().get(1L)).isNull();
        }
    }

    @Test
    void forgetsMapsThatNobodyHolds() throws InterruptedException {
        try (Network network = network()) {
            WeakReference<FlowMap> first = new WeakReference<>(network.tenant().create(0L));
            network.tenant().createAll(ALL.subList(1, TENANTS));
            awaitForgotten(network, first);

            assertThat(network.tenant().getOrCreate(0L).count()).isZero();
        }
    }

    /** Otherwise this process would forget the map, and how many slots of other outer maps hold it. */
    @Test
    void countsSlotsOfOtherOuterMapsAfterASwap() throws InterruptedException {
        try (Network network = network();
                Network other = network()) {
            discardDisplaced(other.tenant().share(1L, network.tenant().create(1L)));
            discardDisplaced(network.tenant()
                    .swap(
                            2L,
                            requireNonNull(network.tenant()
                                    .expert()
                                    .unchecked()
                                    .takeAll(List.of(1L))
                                    .get(0))));
            DrainedMap<FlowMap> takenTicket = DrainedMap.of(requireNonNull(
                    other.tenant().expert().unchecked().takeAll(List.of(1L)).get(0)));
            WeakReference<FlowMap> forgotten =
                    new WeakReference<>(network.tenant().create(3L));
            network.tenant().createAll(ALL.subList(4, TENANTS));
            awaitForgotten(network, forgotten);
            discardDisplaced(other.tenant().swap(1L, takenTicket.ticket()));

            assertThatThrownBy(() -> network.tenant().rotate(2L)).hasMessageContaining("2 slots");
        }
    }

    private static void awaitForgotten(Network network, WeakReference<FlowMap> map) throws InterruptedException {
        for (int i = 0; i < 500 && map.get() != null; i++) {
            System.gc();
            network.tenant().forEach((key, flows) -> {});
            Thread.sleep(10);
        }
        assertThat(map.get()).isNull();
    }

    @Test
    void closesHandlesOfMapsThatAreNotOpen() {
        Map<Long, FlowMap> handles;
        try (Network network = network()) {
            handles = network.tenant().createAll(ALL);
        }
        handles.values()
                .forEach(flows -> assertThatThrownBy(() -> flows.get(HTTPS))
                        .isInstanceOf(InvalidHandleException.class)
                        .hasMessageContaining("network was closed"));
    }

    @Test
    void rejectsALimitThatIsNoNumber() {
        System.setProperty(PROPERTY, "0");

        FactoryObject object = new FactoryObject(factory(), Network.SCHEMA);
        assertThatThrownBy(() -> Network.of(object))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the system property nestmap.openInnerMaps is \"0\": set it to the number of inner maps that stay"
                                + " open, from 1 to 999999999, or leave it out");
        object.close();
    }

    @Test
    void losesNothingWhileThreadsCompeteForFewDescriptors(TestReporter reporter) throws Exception {
        reporter.publishEntry("nestmap.seed", Long.toString(SEED));
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Network network = network()) {
            network.tenant().createAll(ALL.subList(TENANTS / 2, TENANTS));
            List<Future<?>> readers = new ArrayList<>();
            List<Future<?>> changers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(SEED + i);
                changers.add(threads.submit(() -> change(network, random)));
            }
            readers.add(threads.submit(() -> walk(network, done)));
            readers.add(threads.submit(() -> lookUp(network, done)));
            for (Future<?> changer : changers) {
                changer.get();
            }
            done.set(true);
            for (Future<?> reader : readers) {
                reader.get();
            }
            drain(network.tenant().takeAll(ALL));
            assertThat(drained).as("seed " + SEED).hasValue(written.get());
        } finally {
            done.set(true);
            threads.shutdown();
        }
        assertThat(written.get()).isGreaterThan((long) ROUNDS * THREADS);
    }

    /** Writes through new and kept handles, and rotates, takes and removes maps. */
    private void change(Network network, Random random) {
        Map<Long, FlowMap> kept = new HashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < 20; i++) {
                long key = random.nextInt(TENANTS);
                write(kept.computeIfAbsent(key, network.tenant()::getOrCreate), key, kept);
            }
            List<Long> some = random.longs(30, 0, TENANTS).boxed().toList();
            switch (random.nextInt(4)) {
                case 0 -> drain(network.tenant().rotateAll(some));
                case 1 -> drain(network.tenant().takeAll(some));
                case 2 -> putBack(network, random.nextInt(TENANTS));
                default -> drainOne(network.tenant().rotate(some.get(0)));
            }
        }
    }

    private void write(FlowMap flows, long key, Map<Long, FlowMap> kept) {
        int next = sequence.getAndIncrement();
        try {
            flows.put(new Flow(new FlowKey(next & 0xFFFF, next >> 16 & 0xFF), 1));
            written.incrementAndGet();
        } catch (InvalidHandleException e) {
            kept.remove(key); // another thread has drained the map
        } catch (BpfException e) {
            assertThat(e.errno()).as(e.getMessage()).isEqualTo(Errno.E2BIG); // the map is full until it is drained
        }
    }

    /** Takes a map out and puts it into its slot again, or drains the one that it displaces. */
    private void putBack(Network network, long key) {
        Displaced<Long, FlowMap> taken = network.tenant().take(key);
        if (taken != null) {
            drainOne(network.tenant().swap(key, taken));
        }
    }

    private void drain(List<Displaced<Long, FlowMap>> maps) {
        maps.forEach(this::drainOne);
    }

    private void drainOne(@Nullable Displaced<Long, FlowMap> flows) {
        if (flows != null) {
            drained.addAndGet(flows.map().count());
            flows.acknowledge();
        }
    }

    private static void walk(Network network, AtomicBoolean done) {
        while (!done.get()) {
            network.tenant().forEach((key, flows) -> {
                try {
                    flows.count();
                } catch (InvalidHandleException e) {
                    assertThat(e).hasMessageContaining("its entry was");
                }
            });
        }
    }

    private static void lookUp(Network network, AtomicBoolean done) {
        for (long i = 0; !done.get(); i++) {
            network.tenant().get(i % TENANTS, HTTPS);
        }
    }

    private static FlowMap handle(Map<Long, FlowMap> handles, long key) {
        return Objects.requireNonNull(handles.get(key));
    }
}
