/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertInvalid;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static dev.nestmap.runtime.testing.DrainedMap.drained;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;

import dev.nestmap.runtime.Network.BrokenTenantMap;
import dev.nestmap.runtime.Network.Counter;
import dev.nestmap.runtime.Network.CounterMap;
import dev.nestmap.runtime.Network.EndlessTenantMap;
import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.NamedTenantMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.open.HandleEndAction;
import dev.nestmap.runtime.testing.DrainedMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of slots hand each displaced map to one caller, one and many at a time, on any backend. */
abstract class OuterChangeContract extends NetworkContract {
    private static final Flow SEVEN = new Flow(HTTPS, 7);
    private static final Flow EIGHT = new Flow(HTTPS, 8);

    @Test
    void keepsAllMapsIfOneTicketCantBeCreated() {
        List.of(1L, 2L, 3L).forEach(key -> tenants.create(key).put(new Flow(HTTPS, key)));

        BrokenTenantMap broken = new BrokenTenantMap(network);
        assertThatThrownBy(() -> broken.takeAll(List.of(1L, 2L, 3L))).hasMessage("no handle");

        List<Flow> drained = new ArrayList<>();
        assertThat(tenants.drainWaiting(displaced -> displaced.map().forEach(drained::add)))
                .isEqualTo(3);
        assertThat(drained).extracting(Flow::packets).containsExactlyInAnyOrder(1L, 2L, 3L);
    }

    /** For example a recursion without end in code of the user: nobody asks whose code it was. */
    @Test
    void anErrorOfTheVmInACallbackMakesTheObjectFail() {
        FlowMap other = tenants.create(2L);

        assertThrown(
                StackOverflowError.class,
                () -> tenants.create(1L, flows -> {
                    throw new StackOverflowError("a test");
                }));

        assertThrown(
                InvalidHandleException.class, () -> tenants.drainAll(displaced -> {}), "StackOverflowError: a test");
        assertThrown(InvalidHandleException.class, () -> other.get(HTTPS), "StackOverflowError: a test");
        assertThrown(InvalidHandleException.class, () -> tenants.get(2L), "StackOverflowError: a test");
    }

    /** Operations whose first step converts a key. */
    enum Conversion {
        GET(map -> map.get(1L)),
        CONTAINS(map -> map.contains(1L)),
        GET_OR_CREATE(map -> map.getOrCreate(1L)),
        CREATE(map -> map.create(1L)),
        DRAIN(map -> map.drain(1L, displaced -> {})),
        DRAIN_ALL(map -> map.drainAll(displaced -> {})),
        DRAIN_LAST_ALL(map -> map.drainLastAll(displaced -> {})),
        DISCARD_ALL(EndlessTenantMap::discardAll),
        KEYS(EndlessTenantMap::keys);

        private final Consumer<EndlessTenantMap> operation;

        Conversion(Consumer<EndlessTenantMap> operation) {
            this.operation = operation;
        }
    }

    @ParameterizedTest
    @EnumSource
    void anErrorOfTheVmInTheConversionOfAKeyMakesTheObjectFail(Conversion conversion) {
        tenants.create(1L);
        EndlessTenantMap endless = new EndlessTenantMap(network);

        assertThrown(StackOverflowError.class, () -> conversion.operation.accept(endless));

        assertThrown(InvalidHandleException.class, () -> tenants.get(1L), "StackOverflowError: a test");
    }

    /** The kernel has made all changes by then. */
    @Test
    void completesTheOtherChangesIfAStepThrowsAnError() {
        tenants.createAll(List.of(1L, 2L, 3L));
        Objects.requireNonNull(tenants.get(2L)).map().endWith(new HandleEndAction() {
            @Override
            public void released() {
                throw new AssertionError("a test");
            }
        });

        BatchException e = catchThrowableOfType(BatchException.class, () -> tenants.discardAll(List.of(1L, 2L, 3L)));

        assertThat(e).hasMessageContaining("AssertionError: a test");
        assertThat(e.failedKeys(Object.class)).containsExactlyInAnyOrder(2L);
        assertThat(tenants.count()).isZero();
        assertThat(tenants.create(3L)).isEmpty();
    }

    @Test
    void rotatesToAFilledMap() {
        FlowMap before = tenants.create(42L, 10);
        before.put(SEVEN);
        List<FlowMap> filled = new ArrayList<>();

        Displaced<Long, FlowMap> rotated = tenants.rotate(42L, fresh -> {
            assertThat(fresh).isEmpty();
            fresh.put(EIGHT);
            filled.add(fresh);
            assertThat(tenants.get(42L))
                    .as("not published yet")
                    .isSameAs(before)
                    .containsExactly(SEVEN);
        });

        assertThat(Objects.requireNonNull(rotated).doubts()).isEmpty();
        assertThat(drained(rotated)).containsExactly(SEVEN);
        assertThrown(InvalidHandleException.class, () -> before.get(HTTPS), "its entry was rotated");
        assertThat(tenants.get(42L)).isSameAs(filled.get(0)).containsExactly(EIGHT);
        assertThat(filled.get(0).maxEntries()).as("of the previous map").isEqualTo(10);
        assertThat(tenants.waitingCount()).isZero();
        assertThat(drained(tenants.rotate(42L))).containsExactly(EIGHT);
    }

    @Test
    void rotatesNoEmptySlotToAFilledMap() {
        assertThat(tenants.rotate(42L, fresh -> fail("nothing to replace"))).isNull();
        assertThat(shards.rotate(1L, fresh -> fail("nothing to replace"))).isNull();
        assertThat(tenants.contains(42L)).isFalse();
        assertThat(shards.contains(1L)).isFalse();
    }

    @Test
    void replaces() {
        FlowMap before = tenants.create(42L, 10);
        before.put(SEVEN);
        shards.create(1L).put(new Counter(3, 7));

        assertThat(tenants.replace(42L, fresh -> fresh.put(EIGHT))).isTrue();
        assertThat(tenants.replace(43L, fresh -> fresh.put(SEVEN))).isFalse();
        assertThat(shards.replace(1L, fresh -> fresh.put(new Counter(4, 8)))).isTrue();

        assertThrown(InvalidHandleException.class, () -> before.get(HTTPS), "its entry was replaced in tenant");
        FlowMap replaced = Objects.requireNonNull(tenants.get(42L));
        assertThat(replaced).containsExactly(EIGHT);
        assertThat(replaced.maxEntries()).as("as declared").isNotEqualTo(10);
        assertThat(tenants.get(43L)).containsExactly(SEVEN);
        assertThat(Objects.requireNonNull(shards.get(1L)).get(3)).isEqualTo(new Counter(3, 0));
        assertThat(Objects.requireNonNull(shards.get(1L)).get(4)).isEqualTo(new Counter(4, 8));
        assertThat(tenants.waitingCount()).as("the previous map is gone").isZero();
    }

    /** The ways to put in a filled map. */
    enum Filled {
        ROTATE((tenants, fill) -> drained(Objects.requireNonNull(tenants.rotate(1L, fill)))),
        REPLACE((tenants, fill) -> tenants.replace(1L, fill)),
        REPLACE_NOTHING((tenants, fill) -> tenants.replace(2L, fill)),
        CREATE((tenants, fill) -> tenants.create(2L, fill));

        @SuppressWarnings("ImmutableEnumChecker") // it has no state
        private final BiConsumer<TenantMap, Consumer<FlowMap>> change;

        Filled(BiConsumer<TenantMap, Consumer<FlowMap>> change) {
            this.change = change;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFillThatThrowsChangesNothing(Filled filled) {
        FlowMap before = tenants.create(1L);
        before.put(SEVEN);
        List<FlowMap> given = new ArrayList<>();

        assertThatThrownBy(() -> filled.change.accept(tenants, fresh -> {
                    fresh.put(EIGHT);
                    given.add(fresh);
                    throw new IllegalStateException("of the test");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("of the test");

        assertThat(tenants.keys()).containsExactly(1L);
        assertThat(tenants.get(1L)).isSameAs(before).containsExactly(SEVEN);
        assertThrown(InvalidHandleException.class, () -> given.get(0).count());
        assertThat(tenants.waitingCount()).isZero();
        filled.change.accept(tenants, fresh -> fresh.put(EIGHT)); // no key is locked
    }

    @ParameterizedTest
    @EnumSource
    void aFillMayChangeTheOuterMap(Filled filled) {
        tenants.create(1L).put(SEVEN);
        List<Flow> seen = new ArrayList<>();

        filled.change.accept(tenants, fresh -> {
            tenants.drain(1L, displaced -> displaced.map().forEach(seen::add));
            tenants.getOrCreate(1L).put(EIGHT);
            tenants.replace(3L, other -> other.put(SEVEN));
            fresh.put(EIGHT);
        });

        assertThat(seen).containsExactly(SEVEN);
        assertThat(tenants.get(filled.name().startsWith("R") && filled != Filled.REPLACE_NOTHING ? 1L : 2L))
                .containsExactly(EIGHT);
        assertThat(tenants.get(3L)).containsExactly(SEVEN);
    }

    /** A rotation has nothing to displace then. */
    @Test
    void aFillMayEmptyTheSlot() {
        tenants.create(1L).put(SEVEN);
        tenants.create(2L).put(SEVEN);
        List<FlowMap> given = new ArrayList<>();

        assertThat(tenants.rotate(1L, fresh -> {
                    given.add(fresh);
                    tenants.discard(1L);
                }))
                .isNull();
        assertThat(tenants.replace(2L, fresh -> tenants.discard(2L))).isFalse();

        assertThrown(InvalidHandleException.class, () -> given.get(0).count());
        assertThat(tenants.keys()).containsExactly(2L);
    }

    @ParameterizedTest
    @EnumSource
    void aFillMayCloseTheOuterMap(Filled filled) {
        Network other = Network.of(factory());
        other.tenant().create(1L).put(SEVEN);
        List<FlowMap> given = new ArrayList<>();

        assertThrown(
                InvalidHandleException.class,
                () -> filled.change.accept(other.tenant(), fresh -> {
                    given.add(fresh);
                    other.close();
                }));

        assertThrown(InvalidHandleException.class, () -> given.get(0).count());
    }

    /** Each reader finds an empty map of before, or a whole one. */
    @ParameterizedTest
    @EnumSource(names = {"ROTATE", "REPLACE"})
    void nobodySeesAHalfFilledMap(Filled filled) throws Exception {
        int entries = 40;
        tenants.create(1L);
        AtomicBoolean isOver = new AtomicBoolean();
        CompletableFuture<Set<Long>> counts = CompletableFuture.supplyAsync(() -> {
            Set<Long> seen = new TreeSet<>();
            while (!isOver.get()) {
                try {
                    seen.add(Objects.requireNonNull(tenants.get(1L)).count());
                } catch (InvalidHandleException e) {
                    // It was rotated in between.
                }
            }
            return seen;
        });
        for (int round = 0; round < 30; round++) {
            filled.change.accept(tenants, fresh -> {
                for (int port = 0; port < entries; port++) {
                    fresh.put(new Flow(new FlowKey(port, 6), 1));
                }
            });
        }
        isOver.set(true);

        assertThat(counts.get()).isSubsetOf(0L, (long) entries);
    }

    @Test
    void takes() {
        FlowMap before = tenants.create(42L);
        before.put(SEVEN);
        shards.create(1L).put(new Counter(3, 7));

        assertThat(drained(tenants.take(42L))).containsExactly(SEVEN);
        assertThat(drained(shards.take(1L))).contains(new Counter(3, 7));
        assertThrown(InvalidHandleException.class, () -> before.put(SEVEN), "taken out of tenant");
        assertThat(tenants.contains(42L)).isFalse();
        assertThat(shards.contains(1L)).isFalse();
        assertThat(tenants.take(42L)).isNull();
        assertThat(shards.take(1L)).isNull();
    }

    @Test
    void sharesNoMapInWhichProgramsCount() {
        FlowMap flows = tenants.create(1L);

        assertBpfException(() -> tenants.share(2L, flows), "RDONLY_PROG").hasReason(Reason.WRONG_USE);
        assertBpfException(() -> tenants.shareAll(Map.of(2L, flows)), "RDONLY_PROG");

        assertThat(tenants.keys()).containsExactly(1L);
        discardDisplaced(tenants.rotate(1L));
    }

    @Test
    void rotatesToAMapWithTheSizeAndNameOfThePreviousOne() {
        tenants.create(42L, 10);
        assertBpfException(() -> tenants.create(42L, 11), "already has an inner map");

        Objects.requireNonNull(tenants.rotate(42L)).acknowledge();

        FlowMap flows = tenants.getOrCreate(42L);
        assertThat(flows.maxEntries()).isEqualTo(10);
        RawMap raw = factory().open(flows.id());
        assertThat(raw).isNotNull();
        assertThat(raw.shape().name()).isEqualTo("flow_map");
        raw.close();
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without null checks may pass
    void rejectsNullInsteadOfAnInnerMap() {
        tenants.create(42L);
        String message = " of an inner map of map tenant, key 42: the inner map is null; take(key) empties the slot"
                + " and returns its map, discard(key) drops that map";

        assertThrown(NullPointerException.class, () -> tenants.share(42L, null)).hasMessage("share" + message);
        assertThrown(NullPointerException.class, () -> tenants.rotateAll(Collections.singleton(null)))
                .hasMessage("a key of map tenant is null");
        assertThat(tenants.contains(42L)).isTrue();
    }

    @Test
    void rejectsASizeThatTheOuterCannotHold() {
        String message = "create it with the declared number of entries";
        assertBpfException(() -> shards.create(1L, 9), "max_entries 9 instead of 8", "BPF_F_INNER_MAP")
                .hasMessageEndingWith(message);
        assertThat(shards.contains(1L)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 134_217_729, 1L << 32})
    void rejectsAnInvalidNumberOfEntries(long entries) {
        assertInvalid(() -> tenants.create(1L, entries))
                .hasMessage("max_entries of an inner map is " + entries
                        + ", the kernel accepts 1 to 134217728 for a BPF_MAP_TYPE_HASH");
    }

    @Test
    void createsAll() {
        List<Boolean> published = new ArrayList<>();

        Map<Long, FlowMap> created = tenants.createAll(List.of(3L, 1L, 3L, 2L), (id, flows) -> {
            flows.put(new Flow(HTTPS, id));
            published.add(tenants.contains(id));
        });

        assertThat(created.keySet()).containsExactly(3L, 1L, 2L);
        assertThat(published).containsExactly(false, false, false);
        assertThat(created).allSatisfy((id, flows) -> {
            assertThat(tenants.get(id)).isSameAs(flows);
            assertThat(flows.get(HTTPS)).isEqualTo(new Flow(HTTPS, id));
        });
    }

    @Test
    void createsNoneWhenFillingFails() {
        assertInvalid(() -> tenants.createAll(
                List.of(1L, 2L, 3L), (id, flows) -> flows.put(new Flow(new FlowKey(443, (int) (1000 * (id - 2))), 1))));

        assertThat(tenants.keys()).isEmpty();
    }

    @Test
    void createsTheOthersIfSomeExist() {
        tenants.create(2L).put(SEVEN);

        BatchException some = catchThrowableOfType(BatchException.class, () -> tenants.createAll(List.of(1L, 2L, 3L)));

        assertThat(some.failedKeys(Long.class)).containsExactlyInAnyOrder(2L);
        assertThat(some.errno()).isEqualTo(Errno.EEXIST);
        assertThat(some).hasMessageContaining("for 1 of 3 keys").hasMessageContaining("tenant, key 2: EEXIST");
        assertThat(tenants.keys()).containsExactlyInAnyOrder(1L, 2L, 3L);
        assertThat(tenants.get(2, HTTPS)).isEqualTo(SEVEN);
    }

    @Test
    void failsOnlyThoseThatDoNotFit() {
        List<Long> keys = LongStream.range(0, Network.TENANTS + 6).boxed().toList();

        BatchException full = catchThrowableOfType(BatchException.class, () -> tenants.getOrCreateAll(keys));

        assertThat(full.failures())
                .hasSize(6)
                .allSatisfy(failure -> assertThat(failure)
                        .asInstanceOf(BPF_EXCEPTION)
                        .hasReason(Reason.FULL)
                        .hasErrno(Errno.E2BIG));
        assertThat(full.failures().stream().map(BpfException::key).toList()).isEqualTo(full.failedKeys(Long.class));
        assertThat(tenants.count()).isEqualTo(Network.TENANTS);
        BatchException outside =
                catchThrowableOfType(BatchException.class, () -> shards.createAll(List.of(0L, 77L, 1L, 78L, 2L)));
        assertThat(outside.failedKeys(Long.class)).containsExactlyInAnyOrder(77L, 78L);
        assertThat(shards.keys()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void countsFailuresByTheirErrors() {
        tenants.createAll(LongStream.range(0, Network.TENANTS).boxed().toList());

        BatchException some =
                catchThrowableOfType(BatchException.class, () -> tenants.createAll(List.of(1L, 2L, 1000L)));

        assertThat(some)
                .hasMessageStartingWith(
                        "creation of inner maps of map tenant: for all 3 keys: EEXIST for 2, E2BIG for 1."
                                + " First: creation of an inner map of map tenant, key 1: EEXIST");
        assertThat(some.errno()).isNull();
    }

    @Test
    void getsOrCreatesAll() {
        FlowMap two = tenants.create(2L);

        Map<Long, FlowMap> all = tenants.getOrCreateAll(List.of(3L, 2L, 1L));

        assertThat(all.keySet()).containsExactly(3L, 2L, 1L);
        assertThat(all.get(2L)).isSameAs(two);
        assertThat(tenants.getOrCreateAll(List.of(1L, 2L, 3L))).isEqualTo(all);
        assertThat(tenants.getOrCreateAll(List.of())).isEmpty();
    }

    @Test
    void putsNoneIfTwoKeysAreTheSameInC() {
        NamedTenantMap tenants = new NamedTenantMap(network);
        FlowMap acme = tenants.create("acme");
        Map<String, FlowMap> shared = new LinkedHashMap<>();
        shared.put("acme east", acme);
        shared.put("acme west", tenants.create("dune"));
        shared.put("bolt", acme);

        assertInvalid(() -> tenants.shareAll(shared), "acme east", "acme west");
        assertThat(tenants.contains("bolt")).isFalse();
    }

    @Test
    void rotatesAndTakesAll() {
        tenants.createAll(List.of(1L, 2L), (id, flows) -> flows.put(new Flow(HTTPS, id)));
        shards.createAll(List.of(1L, 2L), (id, counters) -> counters.put(new Counter(0, id)));

        List<Displaced<Long, FlowMap>> flows = tenants.rotateAll(List.of(1L, 2L, 3L));
        List<Displaced<Long, CounterMap>> counters = shards.takeAll(List.of(3L, 2L, 1L));
        assertThat(DrainedMap.keys(flows)).containsExactly(1L, 2L);
        DrainedMap.drainEach(flows, (id, drained) -> assertThat(drained).containsExactly(new Flow(HTTPS, id)));
        assertThat(DrainedMap.keys(counters)).containsExactly(2L, 1L);
        DrainedMap.drainEach(counters, (id, taken) -> assertThat(taken.get(0)).isEqualTo(new Counter(0, id)));
        assertThat(tenants.keys()).containsExactlyInAnyOrder(1L, 2L);
        assertThat(tenants.getOrCreate(1L)).isEmpty();
        assertThat(shards.keys()).isEmpty();
    }

    @Test
    void removesAll() {
        tenants.createAll(List.of(1L, 2L, 3L));
        shards.createAll(List.of(1L, 2L, 3L));

        assertThat(tenants.discardAll(List.of(1L, 9L, 3L))).isEqualTo(2);
        assertThat(shards.discardAll(List.of(1L, 0L, 3L))).isEqualTo(2);

        assertThat(tenants.keys()).containsExactly(2L);
        assertThat(shards.keys()).containsExactly(2L);
        assertThat(tenants.discardAll()).isEqualTo(1);
        assertThat(tenants.keys()).isEmpty();
    }

    @Test
    void finishesWhatItDoesWhenInterrupted() {
        Thread.currentThread().interrupt();
        try {
            tenants.create(42L).put(SEVEN);

            assertThat(drained(tenants.rotate(42L))).containsExactly(SEVEN);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
    }
}
