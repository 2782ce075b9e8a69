/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.demand;

import static dev.nestmap.runtime.ServedByHand.serve;
import static dev.nestmap.runtime.ServedByHand.stopped;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.nestmap.runtime.BatchException;
import dev.nestmap.runtime.MissReport;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.tests.demand.Demand.Site;
import dev.nestmap.tests.demand.Demand.Visit;
import dev.nestmap.tests.demand.DemandBpf.VisitMap;
import dev.nestmap.tests.toolchain.NativeBytes;
import dev.nestmap.tests.toolchain.ObjectContract;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each request of a program is served once or reported, in the kernel and in memory. */
@Timeout(60)
abstract class OnDemandContract extends ObjectContract<DemandBpf> {
    private final List<MissReport<?>> served = Collections.synchronizedList(new ArrayList<>());
    private final List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());

    /** The refused keys, each time that the listener is asked. */
    private final List<Site> asked = Collections.synchronizedList(new ArrayList<>());

    @Test
    void createsRequestedMaps() {
        try (OnDemandServer<Long> server = bpf.tenant().serveRequests(listener())) {
            assertThat(bpf.tenant().request(1)).isTrue();
            assertThat(bpf.tenant().request(2)).isTrue();
            waitUntil(() -> bpf.tenant().count() == 2);
            waitUntil(() -> keysServed().equals(Set.of(1L, 2L)));

            assertThat(server.statistics().missed()).isZero();
            assertThat(server.lostRequests()).isZero();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void requestsEachKeyOnce() {
        bpf.tenant().request(1);
        bpf.tenant().request(1);
        try (OnDemandServer<Long> server = servedByHand()) {
            waitUntil(() -> !served.isEmpty());
            assertThat(missed()).isEqualTo(List.of(Map.of(1L, 0L)));
            assertThat(serve(server)).isZero();
        }
    }

    @Test
    void fillsAMapBeforeProgramsSeeIt() {
        OnDemandServer.Listener<Long, VisitMap> filling = new Recorder<>() {
            @Override
            public void fill(Long key, VisitMap empty) {
                assertThat(bpf.tenant().contains(key)).isFalse();
                empty.put(new Visit(key, 100));
            }
        };
        try (OnDemandServer<Long> server = stopped(bpf.tenant().serveRequests(filling))) {
            bpf.tenant().request(7);
            serve(server);
        }
        assertThat(bpf.tenant().get(7, 7)).isEqualTo(new Visit(7, 100));
    }

    @Test
    void aFailedFillDelaysNoOtherKey() {
        OnDemandServer.Listener<Long, VisitMap> failing = new Recorder<>() {
            @Override
            public void fill(Long key, VisitMap empty) {
                if (key == 2) {
                    throw new IllegalStateException("no tenant 2");
                }
            }
        };
        try (OnDemandServer<Long> server = stopped(bpf.tenant().serveRequests(failing))) {
            LongStream.range(0, 5).forEach(bpf.tenant()::request);
            while (serve(server) > 0) {}
            waitUntil(() -> keysServed().equals(Set.of(0L, 1L, 3L, 4L)));
            assertThat(bpf.tenant().keys()).containsExactlyInAnyOrder(0L, 1L, 3L, 4L);
        }
        // One failure for each second that the calls take.
        assertThat(failures)
                .isNotEmpty()
                .allSatisfy(failure -> assertThat(failure)
                        .asInstanceOf(BPF_EXCEPTION)
                        .isOf("creation of an inner map on demand")
                        .onMap("tenant")
                        .hasMessageContaining("no tenant 2"));
    }

    /** A burst of keys that the service refuses fills the table of requests. The next keys get their maps at once. */
    @Test
    void refusedKeysLeaveTheirPlacesToOthers() {
        OnDemandServer<Site> server = stopped(bpf.site().serveRequests(refusing(100)));
        for (int burst = 1; burst <= 3; burst++) {
            for (int i = 0; i < Demand.PENDING_SITES; i++) {
                assertThat(bpf.site().request(new Site(100 * burst + i, 7))).isTrue();
            }
            assertThat(bpf.site().request(new Site(burst, 7)))
                    .as("the table is full")
                    .isFalse();
            assertThat(serve(server)).isZero();

            assertThat(bpf.site().request(new Site(burst, 7))).isTrue();
            assertThat(bpf.site().request(new Site(100L * burst, 7)))
                    .as("is requested again")
                    .isTrue();
            assertThat(serve(server)).isEqualTo(1);
            assertThat(bpf.site().contains(new Site(burst, 7))).isTrue();
        }
        assertThat(bpf.site().keys()).hasSize(3);
        assertThat(asked).as("at least once for each key").hasSizeGreaterThanOrEqualTo(3 * Demand.PENDING_SITES);
        assertThat(failures).as("a refusal is no failure").isEmpty();
    }

    @Test
    void asksAgainForARefusedKeyEachSecond() {
        List<Long> starts = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        OnDemandServer<Site> server = stopped(bpf.site().serveRequests(refusing(100)));
        while (ends.size() < 3) {
            int before = asked.size();
            long start = System.nanoTime();
            bpf.site().request(new Site(100, 7));
            serve(server);
            if (asked.size() > before) {
                starts.add(start);
                ends.add(System.nanoTime());
            }
        }
        assertThat(Duration.ofNanos(ends.get(1) - starts.get(0))).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(Duration.ofNanos(ends.get(2) - starts.get(1))).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    /** As when an allow list gets a tenant whose map can't be filled yet. */
    @Test
    void missesOfAKeyWaitOnceItIsAccepted() {
        AtomicBoolean isWanted = new AtomicBoolean();
        OnDemandServer.Listener<Long, VisitMap> listener = new Recorder<>() {
            @Override
            public boolean accepts(Long key) {
                return isWanted.get();
            }

            @Override
            public void fill(Long key, VisitMap empty) {
                throw new IllegalStateException("thrown on purpose");
            }
        };
        OnDemandServer<Long> server = stopped(bpf.tenant().serveRequests(listener));
        miss(3, 2);
        serve(server);
        assertThat(refused()).isEqualTo(2);

        isWanted.set(true);
        waitUntil(() -> {
            serve(server); // the next try is a second later
            miss(3, 1);
            return !failures.isEmpty();
        });
        long refused = refused();
        serve(server);
        assertThat(refused()).isEqualTo(refused);
        synchronized (served) {
            assertThat(served.get(served.size() - 1).waiting()).isPositive();
        }
    }

    /** Refuses sites of customers from this number on. */
    private OnDemandServer.Listener<Site, VisitMap> refusing(int from) {
        return new Recorder<>() {
            @Override
            public boolean accepts(Site key) {
                if (key.customer() >= from) {
                    asked.add(key);
                    return false;
                }
                return true;
            }
        };
    }

    /** No key in Java has these bytes, so nothing could rotate or remove an inner map at them. */
    @ParameterizedTest
    @ValueSource(strings = {"0123456789abcdef", "ab\0x"})
    void createsNoMapForBytesThatJavaDoesNotWrite(String name) {
        ByteString key = ByteString.of(Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), Demand.HOST_SIZE));
        UntypedMap.Entry misses = new UntypedMap.Entry(key, ByteString.ofHex("0303030303030303"));
        putMisses("host_requests", misses);
        bpf.host().request("web");
        assertThat(bpf.host().pending()).isEqualTo(0x0303030303030303L);
        try (OnDemandServer<String> server = stopped(bpf.host().serveRequests(listener()))) {
            serve(server); // unless its own thread has
            waitUntil(() -> keysServed().contains("web"));
            assertThat(server.statistics().missed()).isZero();
            assertThat(refused()).as("the misses stay counted").isEqualTo(0x0303030303030303L);
        }
        assertThat(bpf.host().keys()).containsExactly("web");
        assertThat(bpf.host().pending()).isZero();
        assertThat(failures)
                .isNotEmpty()
                .allSatisfy(failure -> assertThat(failure)
                        .asInstanceOf(BPF_EXCEPTION)
                        .isOf("creation of an inner map on demand")
                        .onMap("host")
                        .hasMessageContaining(HexFormat.of().formatHex(key.toBytes())));
    }

    /** The log says it once, however often it fails within a minute. */
    @Test
    void reportsAFullOuterMap() {
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime");
                OnDemandServer<Site> server = stopped(bpf.site().serveRequests(listener()))) {
            for (int customer = 0; customer < 6; customer++) {
                bpf.site().create(new Site(customer, 7));
            }
            bpf.site().request(new Site(6, 7));
            waitUntil(() -> serve(server) == 0 && !failures.isEmpty());
            bpf.site().request(new Site(7, 7));
            waitUntil(() -> serve(server) == 0 && failures.size() > 1);

            assertThat(failures)
                    .allSatisfy(failure -> assertThat(failure)
                            .isInstanceOf(BatchException.class)
                            .asInstanceOf(BPF_EXCEPTION)
                            .hasErrno(Errno.E2BIG));
            assertThat(keysServed()).isEmpty();
            assertThat(log.messages())
                    .singleElement(STRING)
                    .contains("requests for inner maps of site are not served", "E2BIG");
            assertThat(log.list())
                    .allSatisfy(record -> assertThat(record.getThrown()).isNull());

            bpf.site().discard(new Site(0, 7));
            waitUntil(() -> serve(server) == 0 && bpf.site().count() == 6); // a second later
        }
    }

    @Test
    void aKeyThatAlreadyHasAMapIsServed() {
        bpf.tenant().request(1);
        VisitMap there = bpf.tenant().create(1);
        try (OnDemandServer<Long> server = servedByHand()) {
            waitUntil(() -> serve(server) == 0 && !served.isEmpty());
        }
        assertThat(missed()).isEqualTo(List.of(Map.of(1L, 0L)));
        assertThat(bpf.tenant().get(1)).isSameAs(there);
    }

    @Test
    void servesOuterArrays() {
        try (OnDemandServer<Long> server = stopped(bpf.lane().serveRequests(listener()))) {
            assertThat(bpf.lane().request(Demand.LANES - 1)).isTrue();
            assertThat(bpf.lane().request(Demand.LANES))
                    .as("beyond the last slot")
                    .isFalse();
            waitUntil(() -> serve(server) == 0 && !served.isEmpty());
        }
        assertThat(bpf.lane().keys()).containsExactly(Demand.LANES - 1L);
    }

    @Test
    void serverContinuesAfterAListenerIsInterrupted() {
        AtomicBoolean isInterrupted = new AtomicBoolean(true);
        OnDemandServer.Listener<Long, VisitMap> throwing = report -> {
            if (isInterrupted.getAndSet(false)) {
                Thread.currentThread().interrupt();
                throw new InterruptedException("thrown on purpose");
            }
        };
        try (OnDemandServer<Long> server = bpf.tenant().serveRequests(throwing)) {
            bpf.tenant().request(1);
            waitUntil(() -> server.statistics().served() >= 1); // a second later
            bpf.tenant().request(2);
            waitUntil(() -> bpf.tenant().contains(2));
        }
    }

    @Test
    void closingAnObjectWithReportsThatWaitSaysWhatIsLost() {
        DemandBpf other = DemandBpf.inMemory();
        OnDemandServer<Long> server = other.tenant().serveRequests(report -> {
            throw new IOException("thrown on purpose");
        });
        server.close();
        other.tenant().request(1);
        serve(server);
        assertBpfException(other::close, "a report of misses").onMap("tenant_requests");
    }

    /** A key comes between the last look at the table and its rotation, so the table waits for the next round. */
    @Test
    void closingTheServerReportsTheTableThatItHasRotated() {
        DemandBpf other = DemandBpf.inMemory();
        Map<String, OnDemandServer<Long>> servers = new ConcurrentHashMap<>();
        OnDemandServer.Listener<Long, VisitMap> listener = new Recorder<>() {
            @Override
            public boolean accepts(Long key) {
                if (key == 1) {
                    other.tenant().request(2);
                    waitUntil(() -> servers.containsKey("own"));
                    Objects.requireNonNull(servers.remove("own")).close();
                }
                return true;
            }
        };
        other.tenant().request(1);
        OnDemandServer<Long> server = other.tenant().serveRequests(listener);
        servers.put("own", server);
        waitUntil(servers::isEmpty);
        server.close();

        other.close(); // would throw if a report were lost
        assertThat(missed()).isEqualTo(List.of(Map.of(1L, 0L, 2L, 0L)));
    }

    @Test
    void countsServedRequestsInItsStatistics() {
        OnDemandServer<Long> server = servedByHand();
        server.close(); // so that its own thread serves none of them
        assertThat(server.statistics()).isEqualTo(new OnDemandServer.Statistics(0, 0));

        LongStream.range(0, 3).forEach(bpf.tenant()::request);
        serve(server);
        bpf.tenant().request(7);
        serve(server);
        assertThat(server.statistics()).isEqualTo(new OnDemandServer.Statistics(4, 0));
    }

    /** As when a database is down. The keys get their maps, and no miss is lost. */
    @Test
    void aReportComesAgainUntilTheListenerReturns() {
        List<MissReport<Long>> reports = new ArrayList<>();
        OnDemandServer.Listener<Long, VisitMap> failing = new Recorder<>() {
            @Override
            public void missed(MissReport<Long> report) {
                reports.add(report);
                if (reports.size() <= 2) {
                    throw new AssertionError("thrown on purpose");
                }
            }
        };
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            OnDemandServer<Long> server = stopped(bpf.tenant().serveRequests(failing));
            serve(server); // nothing yet
            miss(3, 2);
            assertThat(serve(server)).isZero();
            assertThat(bpf.tenant().contains(3)).isTrue();
            assertThat(bpf.tenant().pending()).isEqualTo(2);

            miss(4, 1);
            assertThat(serve(server)).isZero();
            assertThat(bpf.tenant().contains(4))
                    .as("keys get their maps meanwhile")
                    .isTrue();
            assertThat(bpf.tenant().pending()).isEqualTo(3);

            assertThat(serve(server)).isEqualTo(2);
            assertThat(reports)
                    .extracting(MissReport::missed)
                    .containsExactly(Map.of(3L, 2L), Map.of(3L, 2L), Map.of(3L, 2L), Map.of(4L, 1L));
            assertThat(reports.get(1).identity()).isEqualTo(reports.get(0).identity());
            assertThat(reports.get(2).identity()).isEqualTo(reports.get(0).identity());
            assertThat(reports.get(3).identity()).isNotEqualTo(reports.get(0).identity());
            assertThat(bpf.tenant().pending()).isZero();
            assertThat(failures)
                    .hasSize(2)
                    .allSatisfy(failure -> assertThat(failure)
                            .asInstanceOf(BPF_EXCEPTION)
                            .isOf("report of misses")
                            .onMap("tenant")
                            .hasMessageContaining("thrown on purpose"));
            assertThat(log.messages()).singleElement(STRING).contains("thrown on purpose");
            assertThat(log.list())
                    .allSatisfy(record -> assertThat(record.getThrown()).isNull());
        }
    }

    @Test
    void anotherServerPassesTheReportsThatTheFirstOneLeft() {
        OnDemandServer<Long> first = stopped(bpf.tenant().serveRequests(report -> {
            throw new IllegalStateException("thrown on purpose");
        }));
        miss(3, 2);
        serve(first);
        assertThat(bpf.tenant().pending()).isEqualTo(2);
        try (OnDemandServer<Long> second = servedByHand()) {
            assertThat(serve(second)).as("its own thread has passed them").isZero();
        }
        assertThat(missed()).isEqualTo(List.of(Map.of(3L, 2L)));
        assertThat(bpf.tenant().pending()).isZero();
    }

    /** Two would ask for each key twice, and wait for each other's reports. */
    @Test
    void aMapHasOneServerAtATime() {
        try (OnDemandServer<Long> server = bpf.tenant().serveRequests(listener())) {
            assertBpfException(() -> bpf.tenant().serveRequests(listener()), "has a server already")
                    .hasReason(Reason.BUSY)
                    .onMap("tenant");
            assertThat(server.statistics().served()).isZero();
        }
        bpf.tenant().serveRequests(listener()).close();
    }

    /** Without a call of the caller, before it closes an object that has no pins. */
    @Test
    void theLastReportComesBeforeTheServerIsClosed() {
        AtomicBoolean isAsked = new AtomicBoolean();
        bpf.tenant().request(1);
        OnDemandServer<Long> server = bpf.tenant().serveRequests(Duration.ofDays(1), new Recorder<>() {
            @Override
            public boolean accepts(Long key) {
                isAsked.set(true);
                return true;
            }
        });
        waitUntil(isAsked::get);
        miss(2, 3);
        server.close();

        assertThat(keysServed()).containsExactlyInAnyOrder(1L, 2L);
        assertThat(total()).isEqualTo(3);
        assertThat(bpf.tenant().pending()).isZero();
    }

    @Test
    void continuesAfterErrorsOfTheListener() {
        AtomicBoolean fails = new AtomicBoolean(true);
        OnDemandServer.Listener<Long, VisitMap> failing = new OnDemandServer.Listener<>() {
            @Override
            public void missed(MissReport<Long> report) {
                if (fails.get()) {
                    throw new AssertionError("thrown on purpose");
                }
            }

            @Override
            public void fill(Long id, VisitMap empty) {
                if (id == 1) {
                    throw new AssertionError("thrown on purpose");
                }
            }

            @Override
            public void failed(RuntimeException failure) {
                throw new AssertionError("thrown on purpose");
            }
        };
        try (OnDemandServer<Long> server = bpf.tenant().serveRequests(failing)) {
            for (long id = 1; id < 4; id++) {
                bpf.tenant().request(id);
            }
            waitUntil(() -> bpf.tenant().contains(2) && bpf.tenant().contains(3));
            assertThat(bpf.tenant().contains(1)).isFalse();
            assertThat(server.statistics().missed()).isZero();
            assertThat(threads()).isNotEmpty();
            fails.set(false);
            waitUntil(() -> bpf.tenant().pending() == 0 && server.statistics().served() >= 2);
        }
    }

    @Test
    void closingStopsTheServer() {
        OnDemandServer<Long> server = bpf.tenant().serveRequests(listener());
        assertThat(threads()).isNotEmpty().allMatch(Thread::isDaemon);
        server.close();
        server.close();
        assertThat(threads()).isEmpty();

        bpf.tenant().request(1);
        assertThat(bpf.tenant().contains(1)).isFalse();
        assertThat(serve(server)).as("by hand").isEqualTo(1);
    }

    @Test
    void closingTheObjectStopsTheServerAndReportsIt() {
        OnDemandServer<Long> server = bpf.tenant().serveRequests(listener());
        bpf.close();
        waitUntil(() -> threads().isEmpty());

        assertThat(failures).singleElement().isInstanceOf(InvalidHandleException.class);
        assertThatThrownBy(() -> serve(server)).isInstanceOf(InvalidHandleException.class);
        server.close();
    }

    @Test
    void canBeClosedFromItsOwnThread() {
        Map<String, OnDemandServer<Long>> servers = new ConcurrentHashMap<>();
        servers.put("own", bpf.tenant().serveRequests(report -> {
            OnDemandServer<Long> own = servers.get("own");
            if (own != null) {
                own.close();
            }
        }));
        bpf.tenant().request(1);
        waitUntil(() -> bpf.tenant().contains(1));
        bpf.tenant().request(2);
        waitUntil(() -> threads().isEmpty());
    }

    @Test
    void rejectsAnInterval() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bpf.tenant().serveRequests(Duration.ZERO, listener()))
                .withMessageContaining("use a positive one");
    }

    /** Records misses of a tenant, as a program does. */
    private void miss(int tenant, long count) {
        putMisses("tenant_requests", new UntypedMap.Entry(NativeBytes.of(tenant), NativeBytes.of(count)));
    }

    /** Puts an entry into the table of requests, in place of a program. */
    void putMisses(String requests, UntypedMap.Entry misses) {
        UntypedMap slots = UntypedMap.of(bpf, requests);
        for (UntypedMap.Entry slot : slots) {
            int id = NativeBytes.read(slot.value()).getInt();
            try (UntypedMap.Owned table = Objects.requireNonNull(slots.openInner(id))) {
                table.put(misses);
            }
        }
    }

    /** The misses in each report, by key. */
    private List<Object> missed() {
        synchronized (served) {
            return served.stream().<Object>map(MissReport::missed).toList();
        }
    }

    long refused() {
        synchronized (served) {
            return served.stream().mapToLong(MissReport::refused).sum();
        }
    }

    private long total() {
        synchronized (served) {
            return served.stream().mapToLong(MissReport::total).sum();
        }
    }

    private OnDemandServer<Long> servedByHand() {
        return stopped(bpf.tenant().serveRequests(listener()));
    }

    <K, M> OnDemandServer.Listener<K, M> listener() {
        return new Recorder<>();
    }

    /** Keeps reports and failures. */
    private class Recorder<K, M> implements OnDemandServer.Listener<K, M> {
        @Override
        public void missed(MissReport<K> report) {
            served.add(report);
        }

        @Override
        public void failed(RuntimeException failure) {
            failures.add(failure);
        }
    }

    private Set<Object> keysServed() {
        Set<Object> keys = ConcurrentHashMap.newKeySet();
        synchronized (served) {
            served.forEach(report -> keys.addAll(report.missed().keySet()));
        }
        return keys;
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("nestmap-requests-"))
                .toList();
    }

    static void waitUntil(BooleanSupplier condition) {
        Await.until("the server has done its work", condition::getAsBoolean);
    }
}
