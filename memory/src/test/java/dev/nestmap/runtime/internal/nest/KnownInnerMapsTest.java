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
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.schema.MapKind;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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

    /** While a rotation of one slot waits for the kernel, another thread finds the map in a second slot, where other software has put it. */
    @Test
    void handsOutAMapThatWasFoundInAnotherSlotMeanwhile() {
        KnownInnerMaps knownMaps = knownMapsOf();
        SlottedInnerMap inner = added(knownMaps);
        assertThat(knownMaps.takeOut(inner)).isSameAs(inner);
        assertThat(knownMaps.foundIn(inner, OTHER_SLOT)).isTrue();

        assertThat(knownMaps.remove(inner)).isTrue();

        assertThat(knownMaps.table().all()).isEmpty();
        assertThat(knownMaps.foundIn(inner, OTHER_SLOT))
                .as("it has another owner")
                .isFalse();
        inner.map().close();
        knownMaps.close("the test ended");
    }

    @Test
    void twoChangesDoNotHandOutOneMap() {
        KnownInnerMaps knownMaps = knownMapsOf();
        SlottedInnerMap inner = added(knownMaps);
        knownMaps.takeOut(inner);

        assertBpfException(() -> knownMaps.takeOut(inner), "into a second slot").hasReason(Reason.BUSY);

        knownMaps.stays(new SlotChange(SLOT, RawMap.ANY, false), inner);
        assertThat(knownMaps.takeOut(inner)).as("a later change").isSameAs(inner);
        knownMaps.close("the test ended");
    }

    /** A thread that wants to read a slot opens the map there, while another one takes it out. */
    @Test
    void addsNoMapThatHasLeftItsSlot() {
        KnownInnerMaps knownMaps = knownMapsOf();
        SlottedInnerMap found = new SlottedInnerMap(new OpenMap("inner", factory.create(SHAPE, null)));

        assertThat(knownMaps.found(found, SLOT, () -> false)).isNull();
        assertThat(knownMaps.table().all()).isEmpty();
        assertThat(knownMaps.found(found, SLOT, () -> true)).isSameAs(found);
        knownMaps.close("the test ended");
    }

    /** A thread has seen the map in the slot, and adds it while another one, which does not have it open, discards it. */
    @Test
    void removesAMapThatAReaderAddsDuringTheChange() throws Exception {
        KnownInnerMaps knownMaps = knownMapsOf();
        SlottedInnerMap found = new SlottedInnerMap(new OpenMap("inner", factory.create(SHAPE, null)));
        SlotChange change = new SlotChange(SLOT, RawMap.ANY, false);
        change.setOutgoing(null, found.id());
        Thread discarding = new Thread(() -> knownMaps.left(change, "it was discarded"));

        knownMaps.found(found, SLOT, () -> {
            discarding.start();
            Await.until(
                    "the change is over, or waits for the reader",
                    () -> Set.of(Thread.State.TERMINATED, Thread.State.WAITING).contains(discarding.getState()));
            return true;
        });
        discarding.join();

        assertThat(knownMaps.table().all()).isEmpty();
        change.closeMaps();
        assertBpfException(found.map()::checkValid, "it was discarded");
        knownMaps.close("the test ended");
    }

    private SlottedInnerMap added(KnownInnerMaps knownMaps) {
        return knownMaps.add(new SlottedInnerMap(new OpenMap("inner", factory.create(SHAPE, null))), SLOT);
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
                        "create of map inner: EMFILE \\(24\\): this process has reached its limit of open files \\(ulimit -n\\), \\d+\\."
                                + " Each inner map that it uses keeps one open: raise the limit \\(LimitNOFILE= in systemd\\)");
    }

    private KnownInnerMaps knownMapsOf() {
        return descriptorsOf().knownMaps();
    }

    private InnerMapDescriptors descriptorsOf() {
        return new InnerMapDescriptors(outer, SHAPE, factory, null);
    }
}
