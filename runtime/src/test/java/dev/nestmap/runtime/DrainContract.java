/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nestmap.runtime.Displaced.Doubt;
import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.DrainException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.GarbageCollection;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.types.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No count of a displaced map is lost without a word: after an exception, a forgotten result or a crash, the map waits for the next drain.
 * The guarantees of {@link Drainable}.
 */
abstract class DrainContract extends NetworkContract {
    private static final int RANDOM_STEPS = 400;

    private final Map<Long, Long> stored = new HashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow(); // also ends actions that never return
        tenants.drainWaiting(displaced -> {});
    }

    private void count(long tenant, long packets) {
        tenants.getOrCreate(tenant).put(new Flow(HTTPS, packets));
    }

    private void countEach(long keys) {
        for (long key = 1; key <= keys; key++) {
            count(key, 1);
        }
    }

    private static void fill(FlowMap flows) {
        for (int port = 0; port < flows.maxEntries(); port++) {
            flows.put(new Flow(new FlowKey(port, 6), 1));
        }
    }

    /** Leaves a map of each of these keys waiting. */
    private void leaveWaiting(long keys, LongUnaryOperator packets) {
        for (long key = 1; key <= keys; key++) {
            count(key, packets.applyAsLong(key));
            Objects.requireNonNull(tenants.rotate(key)).close();
        }
    }

    /** Stores the counts of a map, like a service in its database. */
    private void store(Displaced<Long, FlowMap> displaced) {
        Flow flow = displaced.map().get(HTTPS);
        stored.merge(displaced.key(), flow == null ? 0 : flow.packets(), Long::sum);
    }

    /** Drains a key by an action that has begun when this returns, and that stores the map when it may. */
    private Future<Long> drainHeld(Network of, CountDownLatch may, Displaced.Action<Long, FlowMap> end)
            throws InterruptedException {
        CountDownLatch hasBegun = new CountDownLatch(1);
        Future<Long> drain = threads.submit(() -> of.tenant().drain(1L, displaced -> {
            hasBegun.countDown();
            may.await();
            end.drain(displaced);
        }));
        hasBegun.await();
        return drain;
    }

    private static void fail(Displaced<Long, FlowMap> displaced) throws IOException {
        throw new IOException("the database is away for " + displaced.key());
    }

    @Test
    void drainsAKey() {
        count(1, 7);

        assertThat(tenants.drain(1L, this::store)).isEqualTo(1);

        assertThat(stored).isEqualTo(Map.of(1L, 7L));
        assertThat(tenants.get(1L)).isNotNull().isEmpty();
        assertThat(tenants.waitingCount()).isZero();
        assertThat(tenants.drain(1L, this::store))
                .as("a hash without entries stays")
                .isZero();
        assertThat(tenants.drain(9L, this::store)).as("an empty slot").isZero();
    }

    @Test
    void drainsAllKeysAndLeavesSlotsEmptyIfAsked() {
        List.of(1L, 2L, 3L).forEach(key -> count(key, key));

        assertThat(tenants.drainLastAll(List.of(1L, 2L), this::store)).isEqualTo(2);
        assertThat(tenants.keys()).containsExactly(3L);
        assertThat(tenants.drainAll(this::store)).isEqualTo(1);
        count(3, 10);
        assertThat(tenants.drainLastAll(this::store)).isEqualTo(1);

        assertThat(tenants.keys()).isEmpty();
        assertThat(stored).isEqualTo(Map.of(1L, 1L, 2L, 2L, 3L, 13L));
    }

    /** Row 1: before, a {@code try} statement freed the maps unread. */
    @Test
    void anExceptionWhileStoringKeepsAllMaps() {
        List.of(1L, 2L, 3L).forEach(key -> count(key, 10 * key));

        DrainException failure = catchThrowableOfType(
                DrainException.class, () -> tenants.drainAll(List.of(1L, 2L, 3L), failingFor(key -> key == 2)));

        assertThat(failure).hasCauseInstanceOf(IOException.class).hasMessageContaining("the database is away for 2");
        assertThat(failure.key()).isEqualTo(2L);
        assertThat(failure.failures()).containsExactly(failure);
        assertThat(failure.waiting()).isEqualTo(1);
        assertThat(stored).isEqualTo(Map.of(1L, 10L, 3L, 30L));
        assertThat(tenants.drainAll(this::store)).isEqualTo(1);
        assertThat(stored).isEqualTo(Map.of(1L, 10L, 2L, 20L, 3L, 30L));
    }

    /** An acknowledgement is a word, so the message does not promise the map. */
    @Test
    void anExceptionAfterTheAcknowledgementSaysThatTheMapIsGone() {
        count(1, 10);

        assertThrown(
                DrainException.class,
                () -> tenants.drain(1L, displaced -> {
                    displaced.acknowledge();
                    fail(displaced);
                }),
                "It had acknowledged or discarded its map, so no drain passes this map again."
                        + " Now 0 displaced maps wait");
    }

    /** Row 1: {@code close} gives the ticket back. */
    @Test
    void anExceptionInATryStatementKeepsTheMaps() {
        count(1, 7);
        count(2, 8);
        List<Displaced<Long, FlowMap>> tickets = tenants.rotateAll(List.of(1L, 2L));
        assertThrown(IOException.class, () -> {
            for (Displaced<Long, FlowMap> each : tickets) {
                try (each) {
                    fail(each);
                }
            }
        });

        Displaced<Long, FlowMap> first = tickets.get(0);
        assertThrown(InvalidHandleException.class, () -> first.map().get(HTTPS));
        assertThrown(InvalidHandleException.class, first::acknowledge, "its ticket was closed");
        assertThat(tenants.waitingCount()).isEqualTo(2);
        assertThat(tenants.drainWaiting(this::store))
                .as("the other ticket is in use")
                .isEqualTo(1);
        tickets.get(1).acknowledge();
    }

    @Test
    void aKeptTicketOutlivesTheAction() throws Exception {
        count(1, 7);
        count(2, 8);
        List<Displaced<Long, FlowMap>> kept = new ArrayList<>();
        assertThat(tenants.drainAll(drained -> kept.add(drained.keep())))
                .as("acknowledged")
                .isZero();

        count(1, 5);
        assertThat(tenants.drain(1L, this::store))
                .as("programs count on in the slot while the ticket is kept")
                .isZero();
        assertThat(tenants.waitingCount()).isEqualTo(2);
        threads.submit(() -> kept.forEach(each -> {
                    try (each) {
                        if (each.key() == 1) { // the other one comes again
                            store(each);
                            each.acknowledge();
                        }
                    }
                }))
                .get();
        assertThat(stored).isEqualTo(Map.of(1L, 7L));
        assertThat(tenants.drainAll(this::store)).isEqualTo(2);
        assertThat(stored).isEqualTo(Map.of(1L, 12L, 2L, 8L));
    }

    /** Their keys would come in no drain any more, without an exception. A line names one of them, and a later line another one. */
    @Test
    void ticketsThatNobodyEndsAreLogged() {
        Map<Long, Displaced<Long, FlowMap>> kept = new HashMap<>();
        for (long tenant : new long[] {1, 3}) {
            count(tenant, 7);
            tenants.drain(tenant, drained -> kept.put(tenant, drained.keep()));
        }
        long named;
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            for (int drain = 1; drain <= 30; drain++) {
                count(1, 5);
                count(2, 5);
                assertThat(tenants.drainAll(this::store)).isEqualTo(1);
                assertThat(log.messages()).hasSize(drain < 10 ? 0 : 1);
            }
            assertThat(log.only())
                    .containsPattern("^10 drains have left out key [13] of .*nobody has ended the ticket");
            named = log.only().contains("key 1 of") ? 1 : 3;
        }
        Objects.requireNonNull(kept.get(named)).close(); // as the message says
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) { // a minute later
            tenants.drainAll(this::store);
            assertThat(log.only()).startsWith("31 drains have left out key " + (named == 1 ? 3 : 1) + " of ");
        }
        Objects.requireNonNull(kept.get(4 - named)).close();
        tenants.drainAll(this::store);
        assertThat(stored).isEqualTo(Map.of(1L, 12L, 2L, 150L, 3L, 7L));
    }

    @Test
    void theLastDrainOfAKeyTakesItsMapAlthoughATicketIsKept() {
        List<Displaced<Long, FlowMap>> kept = new ArrayList<>();
        count(1, 7);
        tenants.drain(1L, drained -> kept.add(drained.keep()));
        count(1, 5);

        assertThat(tenants.drainLast(1L, this::store)).isEqualTo(1);

        assertThat(tenants.keys()).isEmpty();
        kept.get(0).close();
        assertThat(tenants.drainWaiting(this::store)).isEqualTo(1);
        assertThat(stored).isEqualTo(Map.of(1L, 12L));
    }

    /** A periodic task of an executor vanishes with its exception. */
    @Test
    void theFirstOfSeveralFailuresIsLogged() {
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            for (int series = 1; series <= 2; series++) {
                count(1, 7);
                for (int drain = 0; drain < 3; drain++) {
                    assertThrown(
                            DrainException.class,
                            () -> tenants.drainAll(DrainContract::fail),
                            "The map keeps all its counts");
                }
                assertThat(log.messages())
                        .hasSize(series)
                        .allSatisfy(line -> assertThat(line).contains("Nestmap does not repeat it"));
                tenants.drainAll(this::store);
            }
        }
        assertThat(stored).isEqualTo(Map.of(1L, 14L));
    }

    /** A test whose assertions are in the action would pass. */
    @Test
    void theFirstDrainThatFindsNoMapIsLogged() {
        count(1, 7);
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            assertThat(tenants.drain(1L, this::store)).isOne();
            assertThat(tenants.drain(1L, this::store)).as("of an empty map").isZero();
            assertThat(tenants.drainAll(List.of(), this::store)).isZero();
            assertThat(tenants.drainAll(List.of(1L, 2L), this::store)).isZero();
            assertThat(log.messages()).isEmpty();
            for (int drain = 0; drain < 3; drain++) {
                assertThat(tenants.drain(2L, this::store)).isZero();
            }
            assertThat(log.only()).startsWith("a drain of key 2 of ").contains("its action has not run");
        }
    }

    @Test
    void aKeptMapWaitsIfTheActionThrows() {
        count(1, 7);
        List<Displaced<Long, FlowMap>> kept = new ArrayList<>();

        assertThrown(
                DrainException.class,
                () -> tenants.drain(1L, drained -> {
                    kept.add(drained.keep());
                    fail(drained);
                }),
                "The map keeps all its counts");

        assertThrown(
                InvalidHandleException.class,
                kept.get(0)::acknowledge,
                "the action of its drain has thrown an exception, so the map waits");
        assertThat(tenants.drainAll(this::store)).isEqualTo(1);
        assertThat(stored).isEqualTo(Map.of(1L, 7L));
        for (Runnable end : List.<Runnable>of(kept.get(0)::acknowledge, kept.get(0)::discard)) {
            assertThrown(
                    InvalidHandleException.class,
                    end::run,
                    "the action of its drain has thrown an exception, so the map waits");
        }
    }

    /** A task for another thread, whose exception nobody may read. */
    @Test
    void aReadAfterTheActionSaysHowToKeepTheTicket() {
        count(1, 7);
        List<Displaced<Long, FlowMap>> late = new ArrayList<>();
        tenants.drain(1L, late::add);

        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            assertThrown(
                    InvalidHandleException.class,
                    () -> late.get(0).map().get(HTTPS),
                    "the action of its drain has returned",
                    "call keep() in the action");
            assertThrown(InvalidHandleException.class, () -> late.get(0).keep(), "call keep() in the action");
            assertThrown(InvalidHandleException.class, () -> late.get(0).doubts(), "call keep() in the action");
            assertThat(log.only()).contains("If the counts were not stored before, they are lost");
        }
    }

    /** Row 2: nobody uses the result. */
    @Test
    @Timeout(60)
    void aForgottenTicketKeepsItsMap() throws InterruptedException {
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            forget(1, 7);
            GarbageCollection.until(() -> tenants.drainWaiting(this::store) > 0);
            assertThat(stored).isEqualTo(Map.of(1L, 7L));
            log.await("its ticket became garbage before it was acknowledged: the outer map keeps it");
        }
    }

    private void forget(long key, long packets) {
        count(key, packets);
        Objects.requireNonNull(tenants.rotate(key));
    }

    /** A value that the record does not accept, such as the constant of a later version, hides no other and blocks no other key. */
    @Test
    void anEntryThatCantBeDecodedHidesNoOther() {
        FlowKey odd = new FlowKey(80, 6);
        List<Flow> all = new ArrayList<>();
        for (int port = 1; port <= 9; port++) {
            tenants.getOrCreate(1L).put(new Flow(new FlowKey(port, 6), port));
            all.add(new Flow(new FlowKey(port, 6), port));
        }
        count(2, 5);
        all.add(new Flow(HTTPS, 5));
        Objects.requireNonNull(tenants.get(1L)).putOdd(odd);

        List<Flow> read = new ArrayList<>();
        assertBpfException(() -> tenants.forEachEntry((tenant, flow) -> read.add(flow)), "packets are " + Network.ODD)
                .isOf("read")
                .onMap("flow_map")
                .atKey(odd)
                .hasReason(Reason.MISMATCH);
        assertThat(read).containsExactlyInAnyOrderElementsOf(all);

        List<Flow> drained = new ArrayList<>();
        DrainException failure = catchThrowableOfType(
                DrainException.class,
                () -> tenants.drainAll(displaced -> displaced.map().forEach(drained::add)));
        assertThat(failure.key()).isEqualTo(1L);
        assertThat(failure).hasMessageContaining("read of map flow_map, key " + odd);
        assertThat(drained).containsAll(all.subList(0, 9));
        assertThat(tenants.waitingCount()).isPositive();

        Map<Long, Integer> counted = new HashMap<>();
        tenants.drainAll(displaced ->
                displaced.map().forEachBytes((key, value) -> counted.merge(displaced.key(), 1, Integer::sum)));
        assertThat(counted).as("the map waited with all its entries").containsEntry(1L, 10);
    }

    @Test
    void namesTheFirstOfManyEntriesThatCantBeDecoded() {
        FlowMap flows = tenants.getOrCreate(1L);
        flows.put(new Flow(HTTPS, 7));
        for (int port = 1; port <= 20; port++) {
            flows.putOdd(new FlowKey(port, 6));
        }

        List<Flow> read = new ArrayList<>();
        assertBpfException(
                        () -> flows.forEach(read::add),
                        "20 entries can't be decoded, and all others were passed. The first of them: read of map flow_map")
                .isOf("read")
                .onMap("flow_map")
                .satisfies(e -> assertThat(Objects.requireNonNull(e.getCause()).getSuppressed())
                        .hasSizeLessThan(10));
        assertThat(read).containsExactly(new Flow(HTTPS, 7));
    }

    /** A database that never answers, for example. */
    @Test
    @Timeout(60)
    void anActionThatNeverReturnsHoldsUpOnlyDrainsOfItsKey() throws Exception {
        count(1, 7);
        count(2, 5);
        CountDownLatch answers = new CountDownLatch(1);
        Future<Long> stuck = drainHeld(network, answers, this::store);

        count(1, 3); // in the empty map that took over
        assertThat(tenants.drain(2L, this::store)).isEqualTo(1);
        Objects.requireNonNull(tenants.rotate(1L)).close();
        assertThat(tenants.waitingCount()).isEqualTo(2);
        count(1, 20);
        tenants.create(3L);
        assertThat(tenants.discard(3L)).isTrue();
        tenants.forEachEntry((tenant, flow) -> assertThat(flow.packets()).isEqualTo(20));
        AtomicReference<Thread> waiting = new AtomicReference<>();
        Future<Long> next = threads.submit(() -> {
            waiting.set(Thread.currentThread());
            return tenants.drainAll(this::store);
        });
        Await.until(
                "the second drain waits",
                () -> waiting.get() != null && waiting.get().getState() != Thread.State.RUNNABLE);
        assertThat(next).as("waits for the stuck drain of its key").isNotDone();

        answers.countDown();
        assertThat(stuck.get() + next.get()).isEqualTo(3);
        assertThat(stored).isEqualTo(Map.of(1L, 30L, 2L, 5L));
    }

    @Test
    @Timeout(60)
    void anObjectClosesWhileAnActionNeverReturns() throws Exception {
        Network other = Network.of(factory());
        other.tenant().getOrCreate(1L).put(new Flow(HTTPS, 7));
        CountDownLatch answers = new CountDownLatch(1);
        Future<Long> stuck = drainHeld(other, answers, this::store);

        assertThatThrownBy(other::close).hasMessageContaining("the counts of 1 displaced map that");
        answers.countDown();
        assertThatThrownBy(stuck::get).hasCauseInstanceOf(BpfException.class);
        assertThat(stored).isEmpty();
    }

    /** An action that fails for some keys. */
    private Displaced.Action<Long, FlowMap> failingFor(Predicate<Long> bad) {
        return displaced -> {
            if (bad.test(displaced.key())) {
                fail(displaced);
            }
            store(displaced);
        };
    }

    private DrainException drainFailing(Displaced.Action<Long, FlowMap> action) {
        return catchThrowableOfType(DrainException.class, () -> tenants.drainAll(action));
    }

    private static List<Long> failedKeys(DrainException failure) {
        assertThat(failure.failures())
                .allSatisfy(one -> assertThat(one)
                        .hasMessageContaining("the database is away for " + one.key())
                        .hasCauseInstanceOf(IOException.class));
        return failure.failures().stream().map(one -> (Long) one.key()).toList();
    }

    /** Three bad maps among others that wait, and three in slots. */
    @Test
    void aDrainGoesOnAfterFailuresAndThrowsAllOfThem() {
        leaveWaiting(6, key -> key);
        for (long key = 1; key <= 12; key++) {
            count(key, 100 * key);
        }

        DrainException failure = drainFailing(failingFor(key -> key % 4 == 1));

        assertThat(stored)
                .isEqualTo(LongStream.rangeClosed(1, 12)
                        .filter(key -> key % 4 != 1)
                        .boxed()
                        .collect(Collectors.toMap(key -> key, key -> key <= 6 ? 101 * key : 100 * key)));
        assertThat(failedKeys(failure)).containsExactly(1L, 5L, 9L);
        assertThat(failure.failedKeys(Long.class)).containsExactly(1L, 5L, 9L);
        assertThat(failure).hasCause(failure.failures().get(0).getCause());
        assertThat(failure.getSuppressed()).hasSize(2);
        assertThat(failure.waiting()).isEqualTo(3);
        assertThat(failure)
                .hasMessageContaining("the action failed for 3 maps, of keys 1, 5, 9, and 13 maps were acknowledged");
        assertThat(tenants.drainAll(this::store))
                .as("what failed, and its slots")
                .isEqualTo(5);
    }

    /** A process that ends at each failure and is started again, so that no drain knows which maps have failed before. */
    @Test
    void mapsThatAlwaysFailHoldUpNoOtherInTheFirstDrainOfAProcess() {
        for (int bad : new int[] {1, 3, 9, 15}) {
            stored.clear();
            for (int process = 1; process <= 4; process++) {
                for (long key = 1; key <= Network.TENANTS; key++) {
                    Flow before = tenants.get(key, HTTPS);
                    count(key, before == null ? 1 : before.packets() + 1);
                }
                DrainException failure = drainFailing(failingFor(key -> key <= bad));
                assertThat(failure.waiting())
                        .as("%s bad, process %s", bad, process)
                        .isLessThanOrEqualTo(Network.TENANTS);
                tenants.nest.crash();
            }
            for (long key = 1L + bad; key <= Network.TENANTS; key++) {
                assertThat(stored).as("%s bad", bad).containsEntry(key, 4L);
            }
            tenants.drainAll(this::store);
            assertThat(stored)
                    .hasSize(Network.TENANTS)
                    .allSatisfy((key, packets) -> assertThat(packets).isEqualTo(4));
        }
    }

    /** Maps that had to wait for a database are not held up by those that always fail, either. */
    @Test
    void aMapThatFailedOnceIsPassedBeforeThoseThatAlwaysFail() {
        countEach(Network.TENANTS);
        while (tenants.waitingCount() < Network.TENANTS || tenants.keys().isEmpty()) {
            drainFailing(DrainContract::fail);
        }
        for (int round = 0; round < 4; round++) {
            drainFailing(failingFor(key -> key <= 12));
        }
        assertThat(stored.keySet()).containsExactlyInAnyOrder(13L, 14L, 15L, 16L);
    }

    @Test
    void tenFailuresInARowEndAStep() {
        for (int i = 0; i < 3; i++) {
            leaveWaiting(Network.TENANTS, key -> 1L);
        }
        AtomicInteger attempts = new AtomicInteger();
        DrainException failure = drainFailing(displaced -> {
            attempts.incrementAndGet();
            fail(displaced);
        });

        assertThat(attempts).as("of %s waiting maps", 3 * Network.TENANTS).hasValue(20); // no key can be rotated
        assertThat(failure.failures()).hasSize(20);
        assertThat(failure.getSuppressed()).hasSizeLessThan(10);
        assertThat(failure)
                .hasMessageContaining("of keys 1, 2, 3, 4, 5, 6, 7, 8, …")
                .hasMessageContaining("10 failures in a row have ended the drain before it reached all maps");
        assertThat(failure.waiting()).isEqualTo(3 * Network.TENANTS);
        assertThat(tenants.drainAll(this::store)).isEqualTo(3 * Network.TENANTS);
    }

    @Test
    void aKeyThatCantBeDecodedHidesNoFailedKey() {
        count(1, 7);
        count(Network.ODD_TENANT, 8);

        DrainException failure = drainFailing(displaced -> {
            throw new IOException("the database is away");
        });

        assertThat(failure.failures())
                .hasSize(2)
                .anySatisfy(one -> assertThat(one.key()).isInstanceOf(ByteString.class));
        assertThat(failure.failedKeys(Long.class)).containsExactly(1L);
        assertThat(tenants.drainAll(displaced -> {})).isEqualTo(2);
    }

    @Test
    void nineFailuresInARowEndNothing() {
        leaveWaiting(11, key -> 1L);

        DrainException failure = drainFailing(failingFor(key -> key != 10));

        assertThat(failedKeys(failure)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 11L);
        assertThat(failure.getMessage()).doesNotContain("in a row");
        assertThat(stored).containsOnlyKeys(10L);
    }

    /** Like a thread pool that is shut down: the thread must not go through all keys. */
    @Test
    void anInterruptEndsTheDrainAndAllFailuresAreReported() {
        countEach(8);
        for (boolean isWrapped : new boolean[] {false, true}) {
            List<Long> passed = new ArrayList<>();
            DrainException failure = drainFailing(displaced -> {
                passed.add(displaced.key());
                if (passed.size() == 3 && isWrapped) {
                    Thread.currentThread().interrupt();
                } else if (passed.size() == 3) {
                    throw new InterruptedException();
                }
                fail(displaced);
            });

            assertThat(Thread.interrupted()).isTrue();
            assertThat(passed).hasSize(3);
            assertThat(failure.failures()).hasSize(3);
            assertThat(failure).hasMessageContaining("The thread was interrupted, so the drain has ended");
        }
        assertThat(tenants.drainAll(this::store)).isEqualTo(8);
    }

    @Test
    void anErrorEndsTheDrainAndKeepsTheFailuresBeforeIt() {
        countEach(8);
        List<Long> passed = new ArrayList<>();
        AssertionError error = catchThrowableOfType(
                AssertionError.class,
                () -> tenants.drainAll(displaced -> {
                    passed.add(displaced.key());
                    if (passed.size() == 3) {
                        throw new AssertionError("a defect");
                    }
                    fail(displaced);
                }));

        assertThat(passed).hasSize(3);
        assertThat(error.getSuppressed())
                .singleElement()
                .isInstanceOfSatisfying(
                        DrainException.class,
                        failure -> assertThat(failedKeys(failure)).isEqualTo(passed.subList(0, 2)));
        assertThat(tenants.drainAll(this::store)).isEqualTo(8);
    }

    @Test
    void discardEndsAMapThatAlwaysFails() {
        count(1, 7);
        assertThrown(DrainException.class, () -> tenants.drain(1L, DrainContract::fail));

        assertThat(tenants.drain(1L, Displaced::discard)).isEqualTo(1);

        assertThat(tenants.waitingCount()).isZero();
    }

    @Test
    void closeDoesNothingInAnAction() {
        count(1, 7);

        tenants.drain(1L, displaced -> {
            try (displaced) {
                store(displaced);
            }
            store(displaced); // still valid
        });

        assertThat(stored).isEqualTo(Map.of(1L, 14L));
        assertThat(tenants.waitingCount()).isZero();
    }

    @Test
    void anActionMayUseAndChangeTheOuterMapButNotDrainIt() throws InterruptedException {
        count(1, 7);
        count(2, 8);

        tenants.drain(1L, displaced -> {
            store(displaced);
            tenants.create(3L).put(new Flow(HTTPS, 9));
            store(Objects.requireNonNull(tenants.take(2L)));
            assertThrown(
                    IllegalStateException.class,
                    () -> tenants.drain(3L, this::store),
                    "inside an action of another drain");
        });

        assertThat(stored).isEqualTo(Map.of(1L, 7L, 2L, 8L));
        assertThat(tenants.waitingTickets()).as("the test still has the ticket").isEmpty();
        assertThat(tenants.drain(3L, this::store)).isEqualTo(1);
        assertThat(tenants.waitingCount()).isEqualTo(1);
        GarbageCollection.until(() -> tenants.drainWaiting(displaced -> {}) > 0);
    }

    @Test
    void drainsOfOneKeyRunOneAfterTheOther() throws Exception {
        count(1, 7);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Future<Long> first = drainHeld(network, mayEnd, DrainContract::fail);
        count(1, 20);
        Future<Long> second = threads.submit(() -> tenants.drain(1L, this::store));
        mayEnd.countDown();

        assertThatThrownBy(first::get).hasCauseInstanceOf(DrainException.class);
        assertThat(second.get()).isPositive();
        assertThat(stored.getOrDefault(1L, 0L) + waitingPackets()).isEqualTo(27);
    }

    private long waitingPackets() {
        long[] packets = {0};
        DrainedMap.drainEach(
                tenants.waitingTickets(),
                (key, map) ->
                        packets[0] += Objects.requireNonNull(map.get(HTTPS)).packets());
        return packets[0];
    }

    @Test
    void tooManyWaitingMapsStopRotationsAndChangeNothing() {
        List<Displaced<Long, FlowMap>> tickets = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            count(1, 1);
            tickets.add(Objects.requireNonNull(tenants.rotate(1L)));
        }
        count(1, 7);
        tickets.forEach(Displaced::close);

        for (Runnable displacing : List.<Runnable>of(
                () -> tenants.rotate(1L), () -> tenants.take(1L), () -> tenants.rotate(1L, fresh -> {}))) {
            assertBpfException(displacing::run, "64 displaced maps wait that nobody has acknowledged");
        }
        assertThat(tenants.get(1, HTTPS)).isEqualTo(new Flow(HTTPS, 7));
        assertThat(tenants.drainAll(this::store))
                .as("a drain passes them first")
                .isEqualTo(65);
        assertThat(stored).isEqualTo(Map.of(1L, 71L));
    }

    @Test
    void closingTheOuterMapThrowsIfItDropsMaps() {
        Network other = Network.of(factory());
        other.tenant().create(1L).put(new Flow(HTTPS, 7));
        other.tenant().create(2L).put(new Flow(HTTPS, 8));
        Displaced<Long, FlowMap> inUse = Objects.requireNonNull(other.tenant().rotate(1L));
        Objects.requireNonNull(other.tenant().rotate(2L)).close();

        assertBpfException(other::close, "the counts of 2 displaced maps that nobody had acknowledged are lost");

        assertThrown(InvalidHandleException.class, () -> inUse.map().get(HTTPS));
        assertThrown(InvalidHandleException.class, inUse::acknowledge);
        inUse.close();
    }

    @Test
    void aRotatedMapIsExactAndAnUncheckedOneIsNot() {
        count(1, 7);
        try (DrainedMap<FlowMap> rotated = DrainedMap.of(tenants.rotate(1L))) {
            assertThat(rotated.ticket().isExact()).isTrue();
        }
        List<Displaced<Long, FlowMap>> unchecked = tenants.expert().unchecked().rotateAll(List.of(1L));
        assertThat(unchecked.get(0).doubts()).containsExactly(Doubt.UNCHECKED);
        DrainedMap.discardDisplaced(unchecked);
    }

    @Test
    void aFullMapIsDoubtfulAndReported() {
        FlowMap flows = tenants.create(1L);
        fill(flows);
        List<Displaced<Long, FlowMap>> ended = new ArrayList<>();
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            tenants.drain(1L, displaced -> {
                assertThat(displaced.isExact()).as("before it is read").isFalse();
                displaced.map().forEach(flow -> {});
                assertThat(displaced.doubts()).containsExactly(Doubt.FULL);
                ended.add(displaced);
            });
            assertThat(ended.get(0).doubts()).containsExactly(Doubt.FULL);
            assertThat(log.messages()).anyMatch(message -> message.contains("and programs may have lost inserts"));
        }
    }

    /** Whichever line the log handler fails at, no map comes again that was stored. */
    @Test
    void aLogHandlerThatThrowsLosesAndRepeatsNothing() {
        for (int line = 1; ; line++) {
            try (LogRecords log = LogRecords.failingAt(line, "dev.nestmap.runtime")) {
                storeWithWarnings();
                if (!log.hasFailed()) {
                    assertThat(line).as("lines").isGreaterThan(2);
                    break;
                }
            }
        }
    }

    private void storeWithWarnings() {
        stored.clear();
        FlowMap flows = tenants.getOrCreate(1L);
        fill(flows);
        Displaced.Action<Long, FlowMap> sum =
                displaced -> displaced.map().forEach(flow -> stored.merge(displaced.key(), flow.packets(), Long::sum));
        assertThat(tenants.drain(1L, sum)).isEqualTo(1);
        List<Displaced<Long, FlowMap>> late = new ArrayList<>();
        count(2, 7);
        tenants.drain(2L, displaced -> {
            sum.drain(displaced);
            late.add(displaced);
        });
        assertThrown(InvalidHandleException.class, () -> late.get(0).map().get(HTTPS));
        assertThat(tenants.waitingCount()).isZero();
        assertThat(tenants.drainAll(sum)).isZero();
        assertThat(stored).isEqualTo(Map.of(1L, (long) Network.FLOWS, 2L, 7L));
    }

    /** The handle ends a moment before the ticket. */
    @Test
    @Timeout(60)
    void threadsThatEndOneTicketDisagreeAboutNothing() throws Exception {
        for (int round = 0; round < 500; round++) {
            count(1, 1);
            Displaced<Long, FlowMap> ticket = Objects.requireNonNull(tenants.rotate(1L));
            CountDownLatch start = new CountDownLatch(1);
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Runnable end = i % 2 == 0 ? ticket::acknowledge : ticket::discard;
                ends.add(threads.submit(() -> {
                    start.await();
                    end.run();
                    return true;
                }));
            }
            start.countDown();
            for (Future<?> end : ends) {
                end.get(); // throws nothing
            }
        }
    }

    /** A random history with outages: nothing is lost or stored twice, and drains keep at most one map for each key. */
    @Test
    void storesEachCountOnceInARandomHistory() {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        long counted = 0;
        Set<Long> broken = new HashSet<>();
        for (int step = 0; step < RANDOM_STEPS; step++) {
            long key = random.nextInt(5);
            Displaced.Action<Long, FlowMap> action = failingFor(broken::contains);
            try {
                switch (random.nextInt(6)) {
                    case 0, 1 -> {
                        Flow before = tenants.get(key, HTTPS);
                        count(key, (before == null ? 0 : before.packets()) + 1);
                        counted++;
                    }
                    case 2 -> {
                        if (!broken.remove(key)) {
                            broken.add(key);
                        }
                    }
                    case 3 -> tenants.drain(key, action);
                    case 4 -> drainAllIn(random, broken, action);
                    default -> tenants.drainLast(key, action);
                }
            } catch (DrainException e) {
                assertThat(broken).as("seed %s", seed).containsAll(e.failedKeys(Long.class));
            }
            if (random.nextInt(50) == 0) {
                tenants.nest.crash();
            }
            List<Long> waiting = new ArrayList<>();
            tenants.waitingTickets().forEach(displaced -> {
                waiting.add(displaced.key());
                displaced.close();
            });
            assertThat(waiting).as("seed %s", seed).doesNotHaveDuplicates();
        }
        tenants.drainAll(this::store);
        assertThat(stored.values().stream().mapToLong(Long::longValue).sum())
                .as("seed %s", seed)
                .isEqualTo(counted);
    }

    /** No key waits for a broken one. */
    private void drainAllIn(Random random, Set<Long> broken, Displaced.Action<Long, FlowMap> action) {
        DrainException failure = null;
        try {
            if (random.nextBoolean()) {
                tenants.drainAll(action);
            } else {
                tenants.drainLastAll(action);
            }
        } catch (DrainException e) {
            failure = e;
        }
        tenants.forEachEntry((key, flow) -> assertThat(broken).contains(key));
        if (failure != null) {
            throw failure;
        }
    }
}
