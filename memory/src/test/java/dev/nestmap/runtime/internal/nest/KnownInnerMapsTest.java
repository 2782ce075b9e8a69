/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An inner map is open once, whoever asks for it, and is shared only in a slot. */
class KnownInnerMapsTest {
    private static final MapShape SHAPE = new MapShape("inner", MapKind.HASH, 4, 8, 8, 0);

    private static final SlotKey SLOT = new SlotKey(1, new byte[] {1, 0, 0, 0});

    private static final SlotKey OTHER_SLOT = new SlotKey(2, new byte[] {2, 0, 0, 0});

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final HeapMapFactory factory = new HeapMapFactory();
    private final OpenMap outer = new OpenMap("outer", factory.create(SHAPE, null));

    @AfterEach
    void shutDown() {
        threads.shutdown();
        outer.close();
    }

    @Test
    void handsOutAMapOfTwoSlotsFromTwoThreads() throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        for (int round = 0; round < 2_000; round++) {
            KnownInnerMaps knownMaps = knownMapsOf();
            SlottedInnerMap inner = inTwoSlots(knownMaps);
            Future<RawMap> first = threads.submit(() -> moveToCaller(knownMaps, inner, SLOT, start));
            Future<RawMap> second = threads.submit(() -> moveToCaller(knownMaps, inner, OTHER_SLOT, start));
            assertThat(first.get().id()).isEqualTo(second.get().id());
            first.get().close();
            second.get().close();
        }
    }

    /** While a rotation of one slot waits, another thread finds the map in a slot where an earlier process has put it. */
    @Test
    void handsOutAMapThatWasFoundInAnotherSlotMeanwhile() throws Exception {
        KnownInnerMaps knownMaps = knownMapsOf();
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
    }

    /** Two threads rotate two slots that hold one map at the same time: both are refused, and the map can be moved afterwards. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void twoChangesThatHandOutOneMapLeaveNoTrace(boolean endsFirst) {
        KnownInnerMaps knownMaps = knownMapsOf();
        SlottedInnerMap inner = inTwoSlots(knownMaps);
        knownMaps.beginChange(inner);
        assertThat(knownMaps.tryLeave(inner)).isTrue();
        knownMaps.beginChange(inner);
        if (endsFirst) {
            knownMaps.endChange(inner, null, "the first change ended");
        }

        assertThat(knownMaps.tryLeave(inner)).as("the second change").isEqualTo(endsFirst);

        if (!endsFirst) {
            knownMaps.endChange(inner, null, "the first change ended");
        }
        assertBpfException(() -> knownMaps.addShared(inner.map()), "another thread is taking it out of its slot")
                .hasReason(Reason.BUSY);
        knownMaps.endChange(inner, null, "the second change ended");
        knownMaps.endPut(knownMaps.addShared(inner.map()), SLOT);
        knownMaps.beginChange(inner);
        assertThat(knownMaps.tryLeave(inner)).as("a later change").isTrue();
        knownMaps.endChange(inner, null, "it ended");
        knownMaps.close("the test ended");
    }

    @Test
    void saysThatTheLimitOfOpenFilesIsReached() {
        InnerMapDescriptors descriptors = descriptorsOf();

        assertBpfException(() -> descriptors.creating(() -> {
                    throw BpfException.of(ErrnoNumbers.EMFILE, "create")
                            .map("inner")
                            .build();
                }))
                .hasMessageMatching(
                        "create of map inner: EMFILE \\(24\\): this process has reached its limit of open files \\(ulimit -n\\), \\d+,"
                                + " and each inner map that it uses keeps one open: raise the limit \\(LimitNOFILE= in systemd\\)");
    }

    private KnownInnerMaps knownMapsOf() {
        return descriptorsOf().knownMaps();
    }

    private InnerMapDescriptors descriptorsOf() {
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
