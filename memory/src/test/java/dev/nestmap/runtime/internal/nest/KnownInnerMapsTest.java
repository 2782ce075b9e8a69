/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapKind;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An inner map is open once, whoever asks for it, and is shared only in a slot. */
class KnownInnerMapsTest {
    private static final MapShape SHAPE = new MapShape("inner", MapKind.HASH, 4, 8, 8, 0);

    private static final SlotKey SLOT = new SlotKey(1, new byte[] {1, 0, 0, 0});

    private static final SlotKey OTHER_SLOT = new SlotKey(2, new byte[] {2, 0, 0, 0});

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final HeapMapFactory factory = new HeapMapFactory();

    @AfterEach
    void shutDown() {
        threads.shutdown();
    }

    @Test
    void handsOutAMapOfTwoSlotsFromTwoThreads() throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        OpenMap outer = new OpenMap("outer", factory.create(SHAPE, null));
        for (int round = 0; round < 20_000; round++) {
            KnownInnerMaps knownMaps = knownMapsOf(outer);
            SlottedInnerMap inner = inTwoSlots(knownMaps);
            Future<RawMap> first = threads.submit(() -> moveToCaller(knownMaps, inner, SLOT, start));
            Future<RawMap> second = threads.submit(() -> moveToCaller(knownMaps, inner, OTHER_SLOT, start));
            assertThat(first.get().id()).isEqualTo(second.get().id());
            first.get().close();
            second.get().close();
        }
        outer.close();
    }

    /** While a rotation of one slot waits, another thread finds the map in a slot where an earlier process has put it. */
    @Test
    void handsOutAMapThatWasFoundInAnotherSlotMeanwhile() throws Exception {
        OpenMap outer = new OpenMap("outer", factory.create(SHAPE, null));
        KnownInnerMaps knownMaps = knownMapsOf(outer);
        SlottedInnerMap inner = knownMaps.add(new OpenMap("inner", factory.create(SHAPE, null)));
        knownMaps.endPut(inner, SLOT);
        knownMaps.beginChange(inner);
        assertThat(knownMaps.foundIn(inner, OTHER_SLOT, slot -> !slot.equals(SLOT)))
                .isTrue();

        RawMap taken = threads.submit(() -> knownMaps.moveToCaller(inner, SLOT, "it was rotated"))
                .get(10, TimeUnit.SECONDS);

        assertThat(taken.id()).isEqualTo(inner.id());
        assertThat(inner.knownSlots()).containsExactly(OTHER_SLOT);
        assertThat(inner.pendingChanges()).isZero();
        taken.close();
        knownMaps.close("the test ended");
        outer.close();
    }

    /** If the put failed, the handle would own the map again, although a slot holds it. */
    @Test
    void aMapOnItsWayIntoASlotCanNotBeShared() {
        OpenMap outer = new OpenMap("outer", factory.create(SHAPE, null));
        OpenMap owned = new OpenMap("inner", factory.create(SHAPE, null));
        InnerMapDescriptors descriptors = descriptorsOf(outer);
        KnownInnerMaps knownMaps = descriptors.knownMaps();
        SlotChange put = new SlotChange(SLOT, RawMap.ANY);
        put.takeOver(descriptors, owned, "it was put into outer");

        assertThatThrownBy(() -> knownMaps.addShared(owned))
                .isInstanceOf(InvalidHandleException.class)
                .hasMessageContaining("it was put into outer");

        put.withdraw(knownMaps);
        knownMaps.endPut(knownMaps.addShared(owned), SLOT);
        assertThat(knownMaps.table().all()).extracting(SlottedInnerMap::id).containsExactly(owned.id());
        owned.close();
        knownMaps.close("the test ended");
        outer.close();
    }

    /** Another thread may take the descriptor that was closed. */
    @Test
    void closesIdleMapsAgainIfADescriptorIsStillMissing() {
        OpenMap outer = new OpenMap("outer", factory.create(SHAPE, null));
        InnerMapDescriptors descriptors = descriptorsOf(outer);
        KnownInnerMaps knownMaps = descriptors.knownMaps();
        AtomicInteger tries = new AtomicInteger();

        String created = descriptors.creating(() -> {
            if (tries.incrementAndGet() <= 3) {
                knownMaps.endPut(knownMaps.add(new OpenMap("inner", factory.create(SHAPE, null))), SLOT);
                throw tooManyFiles();
            }
            return "created";
        });

        assertThat(created).isEqualTo("created");
        assertThat(tries).hasValue(4);
        knownMaps.close("the test ended");
        outer.close();
    }

    /** A put needs a descriptor beside that of the user's handle. */
    @Test
    void aPutClosesAnIdleMapIfItsDescriptorIsMissing() {
        OpenMap outer = new OpenMap("outer", factory.create(SHAPE, null));
        InnerMapDescriptors descriptors = descriptorsOf(outer);
        KnownInnerMaps knownMaps = descriptors.knownMaps();
        knownMaps.endPut(knownMaps.add(new OpenMap("inner", factory.create(SHAPE, null))), SLOT);
        AtomicInteger tries = new AtomicInteger();
        OpenMap owned = notDuplicatedAtOnce(tries);

        SlotChange put = new SlotChange(SLOT, RawMap.ANY);
        put.takeOver(descriptors, owned, "it was put into outer");
        put.answer().complete(0);
        put.finish(knownMaps, outer, "");

        assertThat(tries).hasValue(2);
        knownMaps.close("the test ended");
        outer.close();
    }

    /** The handle to a map of another outer map keeps its descriptor. */
    @Test
    void aShareClosesAnIdleMapIfADescriptorIsMissing() {
        OpenMap outer = new OpenMap("outer", factory.create(SHAPE, null));
        KnownInnerMaps knownMaps = knownMapsOf(outer);
        knownMaps.endPut(knownMaps.add(new OpenMap("inner", factory.create(SHAPE, null))), SLOT);
        AtomicInteger tries = new AtomicInteger();
        OpenMap shared = notDuplicatedAtOnce(tries);

        knownMaps.endPut(knownMaps.addShared(shared), OTHER_SLOT);

        assertThat(tries).hasValue(2);
        shared.close();
        knownMaps.close("the test ended");
        outer.close();
    }

    /** The other slot keeps the map and its borrowed handle. */
    @Test
    void theTakeOfASharedMapClosesAnIdleMapIfADescriptorIsMissing() {
        OpenMap outer = new OpenMap("outer", factory.create(SHAPE, null));
        KnownInnerMaps knownMaps = knownMapsOf(outer);
        knownMaps.endPut(knownMaps.add(new OpenMap("inner", factory.create(SHAPE, null))), SLOT);
        AtomicInteger tries = new AtomicInteger();
        SlottedInnerMap shared = knownMaps.add(notDuplicatedAtOnce(tries));
        knownMaps.endPut(shared, OTHER_SLOT);
        knownMaps.beginChange(shared);
        knownMaps.endPut(shared, new SlotKey(3, new byte[] {3, 0, 0, 0}));
        knownMaps.beginChange(shared);

        RawMap taken = knownMaps.moveToCaller(shared, OTHER_SLOT, "it was taken");

        assertThat(tries).hasValue(2);
        assertThat(taken.id()).isEqualTo(shared.id());
        assertThat(shared.slots()).isEqualTo(1);
        assertThat(shared.hasPendingChanges()).isFalse();
        taken.close();
        knownMaps.close("the test ended");
        outer.close();
    }

    /** A map whose descriptor can't be duplicated until another one was closed. */
    private OpenMap notDuplicatedAtOnce(AtomicInteger tries) {
        return new OpenMap("inner", new DelegatingMap(factory.create(SHAPE, null)) {
            @Override
            public RawMap duplicate() {
                if (tries.incrementAndGet() == 1) {
                    throw tooManyFiles();
                }
                return super.duplicate();
            }
        });
    }

    @Test
    void saysThatTheLimitIsReachedAlsoIfItHadClosedMaps() {
        OpenMap outer = new OpenMap("outer", factory.create(SHAPE, null));
        InnerMapDescriptors descriptors = descriptorsOf(outer);
        KnownInnerMaps knownMaps = descriptors.knownMaps();
        knownMaps.endPut(knownMaps.add(new OpenMap("inner", factory.create(SHAPE, null))), SLOT);
        AtomicInteger tries = new AtomicInteger();

        assertThatThrownBy(() -> descriptors.creating(() -> {
                    tries.incrementAndGet();
                    throw tooManyFiles();
                }))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("open files (ulimit")
                .hasMessageContaining("they are all in use");

        assertThat(tries).hasValue(2);
        knownMaps.close("the test ended");
        outer.close();
    }

    private static BpfException tooManyFiles() {
        return BpfException.of("create").map("inner").errno(ErrnoNumbers.EMFILE).build();
    }

    private KnownInnerMaps knownMapsOf(OpenMap outer) {
        return descriptorsOf(outer).knownMaps();
    }

    private InnerMapDescriptors descriptorsOf(OpenMap outer) {
        return new InnerMapDescriptors(outer, SHAPE, factory, null);
    }

    private SlottedInnerMap inTwoSlots(KnownInnerMaps knownMaps) {
        SlottedInnerMap inner = knownMaps.add(new OpenMap("inner", factory.create(SHAPE, null)));
        knownMaps.endPut(inner, SLOT);
        knownMaps.beginChange(inner);
        knownMaps.endPut(inner, OTHER_SLOT);
        return inner;
    }

    private static RawMap moveToCaller(
            KnownInnerMaps knownMaps, SlottedInnerMap inner, SlotKey slot, CyclicBarrier start) throws Exception {
        start.await();
        knownMaps.beginChange(inner);
        return knownMaps.moveToCaller(inner, slot, "it was taken");
    }
}
