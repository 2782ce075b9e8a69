/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.testing.MapsUnderTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Displaced maps that their owners have closed are put into slots again, empty, and only if nobody else can use them. */
abstract class RecyclingContract implements MapsUnderTest {
    private static final long SEED = Long.getLong("nestmap.seed", System.nanoTime());
    private static final int SLOTS = 16;
    private static final int ENTRIES = 64;
    private static final int ROTATIONS = 200;
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, ENTRIES, 0);
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, SLOTS, 0);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Nest nest;

    /** Runs when the outer map is read, once. */
    private Runnable whileReading = () -> {};

    @BeforeEach
    void open() {
        open(INNER);
    }

    private void open(MapShape inner) {
        nest = RawSlots.nest(factory(), OUTER, inner, Interrupted::new);
        nest.spares().enable();
    }

    @AfterEach
    void close() {
        threads.shutdown();
        nest.outer.revoke("the test is over");
        nest.close("the test is over");
        nest.outer.raw().close();
    }

    @Test
    void aDrainedMapIsPutIntoTheNextSlot() {
        create(2);
        RawSlots.putEntry(map(0), 1, 100);
        int id = map(0).id();

        OpenMap drained = rotate(0);
        assertThat(drained.id()).isEqualTo(id);
        assertThat(entries(drained)).isEqualTo(1);
        drained.close();

        assertThat(nest.spares().count()).isEqualTo(1);
        rotate(1).close();
        assertThat(map(1).id()).isEqualTo(id);
        assertThat(entries(map(1))).isZero();
        assertThrown(InvalidHandleException.class, () -> entries(drained));
    }

    @Test
    void aRecycledMapHasRoomForAllEntries() {
        create(1);
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < ENTRIES; i++) {
                RawSlots.putEntry(map(0), i, round);
            }
            OpenMap full = rotate(0);
            assertThat(take(full)).isEqualTo(ENTRIES);
            full.close();
            assertThat(nest.spares().count()).isEqualTo(1);
        }
    }

    @Test
    void anEntryThatTheOwnerWritesAfterADrainIsNotPublished() {
        create(1);
        OpenMap drained = rotate(0);
        take(drained);
        RawSlots.putEntry(drained, 1, 100);
        drained.close();

        assertThat(nest.spares().count()).isEqualTo(1);
        rotate(0).close();
        assertThat(entries(map(0))).isZero();
    }

    @Test
    void anEntryThatTheOwnerWritesDuringADrainIsNotPublished() throws Exception {
        create(1);
        for (int i = 0; i < ROTATIONS; i++) {
            OpenMap drained = rotate(0);
            assertThat(entries(map(0))).as("round " + i).isZero();
            AtomicBoolean started = new AtomicBoolean();
            Future<?> writes = threads.submit(() -> {
                started.set(true);
                RawSlots.putEntry(drained, 1, 100);
                RawSlots.putEntry(drained, 2, 100);
            });
            while (!started.get()) {
                Thread.onSpinWait();
            }
            take(drained);
            writes.get(60, TimeUnit.SECONDS);
            drained.close();
            assertThat(nest.spares().count()).isEqualTo(1);
        }
    }

    @Test
    void noTwoDisplacedMapsHaveTheSameIdentity() {
        create(1);
        Set<FormerSlot> origins = new HashSet<>();
        Set<Integer> ids = new HashSet<>();
        for (int i = 0; i < ROTATIONS; i++) {
            OpenMap drained = rotate(0);
            origins.add(requireNonNull(drained.origin()));
            ids.add(drained.id());
            drained.close();
        }

        assertThat(origins).hasSize(ROTATIONS);
        assertThat(ids).hasSize(2);
    }

    @Test
    void aMapWithManyEntriesIsClosedAndTheNextIsNotTried() {
        create(1);
        for (int i = 0; i <= ENTRIES / 4; i++) {
            RawSlots.putEntry(map(0), i, 1);
        }
        rotate(0).close();
        assertThat(nest.spares().count()).isZero();
        rotate(0).close(); // empty, but the last one was in vain
        assertThat(nest.spares().count()).isZero();
        rotate(0).close();
        assertThat(nest.spares().count()).isEqualTo(1);
    }

    @Test
    void onlyExactOperationsRecycle() {
        create(2);
        displaced(nest.rotate(slots(0, 1), false)).close();
        nest.replace(slots(0, 1), filled -> {});
        displaced(nest.take(slots(0, 1), false)).close();
        assertThat(nest.spares().count()).isZero();

        rotate(1).close();
        displaced(nest.take(slots(1, 2), true)).close();
        assertThat(nest.spares().count()).isEqualTo(1); // as many as the last rotation took
    }

    @Test
    void aMapWithAnotherHandleIsClosed() {
        create(1);
        OpenMap drained = rotate(0);
        try (OpenMap second = drained.duplicate()) {
            drained.close();
            assertThat(nest.spares().count()).isZero();
            assertThat(entries(second)).isZero();
        }
    }

    /** The recycled map is empty when it is filled, and is closed if nobody gets it. */
    @Test
    void aRotationToAFilledMapUsesARecycledOne() {
        create(1);
        rotate(0).close();
        assertThat(nest.spares().count()).isEqualTo(1);

        displaced(nest.rotate(
                        slots(0, 1), filled -> assertThat(entries(filled.map())).isZero()))
                .close();
        assertThat(nest.spares().count()).isEqualTo(1);
        assertThatThrownBy(() -> nest.rotate(slots(0, 1), filled -> {
                    throw new IllegalStateException("of the test");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(nest.spares().count()).isZero();
    }

    @Test
    void aForgottenMapIsNotRecycled() {
        create(1);
        rotate(0).leak().free(); // what the cleaner does
        assertThat(nest.spares().count()).isZero();
        requireNonNull(nest.open(nest.waiting().get(0))).close();
        assertThat(nest.spares().count()).isZero();
    }

    @Test
    void nothingIsRecycledIfIdsAreKept() {
        create(2);
        rotate(0).close();
        OpenMap before = rotate(1);
        before.close();
        assertThat(nest.spares().count()).isEqualTo(1);

        nest.spares().disable();

        assertThat(nest.spares().count()).isZero();
        rotate(0).close();
        assertThat(nest.spares().count()).isZero();
    }

    /** The columns are the size of keys, the flags, and the number of maps that are kept. */
    @ParameterizedTest
    @CsvSource({
        "HASH, 4, 1, 1",
        "PERCPU_HASH, 4, 1, 1",
        "LRU_HASH, 4, 0, 0",
        "ARRAY, 4, 0, 0",
        "PERCPU_ARRAY, 4, 0, 0",
        "LPM_TRIE, 8, 1, 0",
        "QUEUE, 0, 0, 0"
    })
    void onlyHashesAreRecycled(MapKind kind, int keySize, long flags, int spares) {
        close();
        open(new MapShape("flow_map", kind, keySize, 8, ENTRIES, flags));
        create(1);
        rotate(0).close();
        assertThat(nest.spares().count()).isEqualTo(spares);
    }

    @Test
    void asManyMapsAreKeptAsRotationsTakeAtOnce() {
        create(SLOTS);
        for (int from = 0; from < SLOTS; from += 4) {
            List<SlotChange> wave = nest.rotate(slots(from, from + 4), true);
            assertThat(nest.spares().count()).isZero();
            wave.forEach(change -> requireNonNull(change.displaced()).close());
            assertThat(nest.spares().count()).isEqualTo(4);
        }
        for (int i = 0; i < SLOTS; i++) {
            rotate(0).close();
        }
        assertThat(nest.spares().count()).isEqualTo(1);
    }

    @Test
    void sparesGiveWayIfNoDescriptorIsLeft() {
        create(1);
        rotate(0).close();
        assertThat(nest.spares().count()).isEqualTo(1);

        String created = nest.descriptors.creating(() -> {
            if (nest.spares().count() > 0) {
                throw BpfException.of(ErrnoNumbers.EMFILE, "create").build();
            }
            return "created";
        });

        assertThat(created).isEqualTo("created");
    }

    @Test
    void aForgottenOuterMapClosesItsSpares() {
        create(1);
        rotate(0).close();
        nest.knownMaps.ending().abandoned(nest.outer.raw());
        assertThat(nest.spares().count()).isZero();
        open(INNER);
    }

    /** A thread reads an id in slot 0. Before it goes on, the map with this id is recycled and put into slot 1. */
    @Test
    void aReadNeverFindsTheMapOfAnotherSlot() {
        create(2);
        rotate(0).close();
        rotate(0).close(); // from here on, maps come back
        whileReading = () -> {
            rotate(0).close();
            rotate(1).close();
        };
        int before = map0AfterRead();
        assertThat(nest.slots().idOf(RawSlots.slot(1))).isEqualTo(before);
    }

    /** Returns the id that was in slot 0 when the read began. */
    private int map0AfterRead() {
        Runnable action = whileReading;
        whileReading = () -> {};
        int before = nest.slots().idOf(RawSlots.slot(0));
        whileReading = action;
        OffHeapBlock block = OffHeapBlock.allocate(32);
        RawSlots.slot(0).writeTo(block, 0);
        OpenMap found = requireNonNull(nest.slots().find(block, 0)).map();
        assertThat(found.id()).isNotEqualTo(before).isEqualTo(nest.slots().idOf(RawSlots.slot(0)));
        return before;
    }

    /** Each map has one entry with the number of its slot while it is in the slot. */
    @Test
    void readersSeeTheEntriesOfTheirSlotOnly(TestReporter reporter) throws Exception {
        reporter.publishEntry("nestmap.seed", Long.toString(SEED));
        create(SLOTS);
        AtomicBoolean over = new AtomicBoolean();
        try {
            List<Future<Integer>> readers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Random random = new Random(SEED + i);
                readers.add(threads.submit(() -> readUntil(over, random)));
            }
            Random random = new Random(SEED);
            Set<Integer> ids = new HashSet<>();
            for (int i = 0; i < ROTATIONS; i++) {
                int from = random.nextInt(SLOTS - 2);
                for (SlotChange change : nest.rotate(slots(from, from + 2), true)) {
                    OpenMap drained = requireNonNull(change.displaced());
                    ids.add(drained.id());
                    drained.close();
                    int number = (Integer) change.slot().key();
                    RawSlots.putEntry(map(number), 7, number);
                }
            }
            over.set(true);
            int found = 0;
            for (Future<Integer> reader : readers) {
                found += reader.get(60, TimeUnit.SECONDS);
            }
            reporter.publishEntry("entries found", Integer.toString(found));
            assertThat(ids).as("seed " + SEED).hasSizeLessThan(ROTATIONS); // maps came back
        } finally {
            over.set(true);
        }
    }

    private int readUntil(AtomicBoolean over, Random random) {
        OffHeapBlock block = OffHeapBlock.allocate(32);
        int found = 0;
        while (!over.get()) {
            int number = random.nextInt(SLOTS);
            RawSlots.slot(number).writeTo(block, 0);
            block.bytes().putInt(16, 7);
            if (nest.slots().lookupInner(block, any -> number, 16, 24, 0)) {
                assertThat(block.bytes().getLong(24)).as("seed " + SEED).isEqualTo(number);
                found++;
            }
        }
        return found;
    }

    private void create(int count) {
        assertThat(nest.create(slots(0, count), (slot, inner) -> {})).allMatch(change -> change.result() == 0);
    }

    private OpenMap rotate(int number) {
        return displaced(nest.rotate(slots(number, number + 1), true));
    }

    private static OpenMap displaced(List<SlotChange> changes) {
        assertThat(changes).hasSize(1);
        return requireNonNull(changes.get(0).displaced());
    }

    private OpenMap map(int number) {
        return requireNonNull(
                        nest.slots().find(RawSlots.slot(number), nest.slots().idOf(RawSlots.slot(number))))
                .map();
    }

    private static int entries(OpenMap map) {
        return count(new BatchScan(map));
    }

    private static int take(OpenMap map) {
        return count(BatchScan.taking(map, 0));
    }

    private static int count(BatchScan scan) {
        int count = 0;
        while (scan.next()) {
            count += scan.batch().count();
        }
        return count;
    }

    private static List<SlotKey> slots(int from, int to) {
        return IntStream.range(from, to).mapToObj(RawSlots::slot).toList();
    }

    /** Does something after an id was read from a slot, and before the reader learns it. */
    private class Interrupted extends DelegatingMap {
        Interrupted(RawMap map) {
            super(map);
        }

        private void interrupt() {
            Runnable action = whileReading;
            whileReading = () -> {};
            action.run();
        }

        @Override
        public int lookup(OffHeapBlock block, int keyAt, int valueAt, long flags) {
            int result = super.lookup(block, keyAt, valueAt, flags);
            interrupt();
            return result;
        }
    }
}
