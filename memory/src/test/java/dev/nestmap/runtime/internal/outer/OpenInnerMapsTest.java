/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.memory.heap.HeapFactory;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.handle.LeakedOuterMap;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.schema.MapKind;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenInnerMapsTest {
    private static final MapShape SHAPE = new MapShape("inner", MapKind.HASH, 4, 8, 8, 0);

    private static final SlotKey SLOT = new SlotKey(1, new byte[] {1, 0, 0, 0});

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final HeapFactory factory = new HeapFactory();
    private final DescriptorBound bound = DescriptorBound.configured();

    @AfterEach
    void shutDown() {
        threads.shutdown();
    }

    @Test
    void handsOutAMapOfTwoSlotsFromTwoThreads() throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        OpenMap outer = new OpenMap("outer", factory.create(SHAPE, null));
        for (int round = 0; round < 20_000; round++) {
            OpenInnerMaps inners = innersOf(outer);
            OpenInnerMap inner = inTwoSlots(inners);
            Future<OpenMap> first = threads.submit(() -> handOut(inners, inner, start));
            Future<OpenMap> second = threads.submit(() -> handOut(inners, inner, start));
            assertThat(first.get().id()).isEqualTo(second.get().id());
            first.get().close();
            second.get().close();
        }
        outer.close();
    }

    /** If the put failed, the handle would own the map again, although a slot holds it. */
    @Test
    void aMapOnItsWayIntoASlotCanNotBeShared() {
        OpenMap outer = new OpenMap("outer", factory.create(SHAPE, null));
        OpenMap owned = new OpenMap("inner", factory.create(SHAPE, null));
        OpenInnerMaps inners = innersOf(outer);
        IncomingMap put = IncomingMap.ofOwnedHandle(inners, owned, "it was put into outer");

        assertThatThrownBy(() -> IncomingMap.ofSharedHandle(inners, owned))
                .isInstanceOf(InvalidHandleException.class)
                .hasMessageContaining("it was put into outer");

        put.rejected();
        IncomingMap.ofSharedHandle(inners, owned).published(SLOT);
        assertThat(inners.known()).extracting(OpenInnerMap::id).containsExactly(owned.id());
        owned.close();
        inners.close("the test ended");
        outer.close();
    }

    /** Another thread may take the descriptor that was closed. */
    @Test
    void closesIdleMapsAgainIfADescriptorIsStillMissing() {
        OpenMap outer = new OpenMap("outer", factory.create(SHAPE, null));
        OpenInnerMaps inners = innersOf(outer);
        AtomicInteger tries = new AtomicInteger();

        String created = bound.creating(inners, () -> {
            if (tries.incrementAndGet() <= 3) {
                inners.endPut(inners.add(new OpenMap("inner", factory.create(SHAPE, null))), SLOT);
                throw tooManyFiles();
            }
            return "created";
        });

        assertThat(created).isEqualTo("created");
        assertThat(tries).hasValue(4);
        inners.close("the test ended");
        outer.close();
    }

    /** A put needs a descriptor beside that of the user's handle. */
    @Test
    void aPutClosesAnIdleMapIfItsDescriptorIsMissing() {
        OpenMap outer = new OpenMap("outer", factory.create(SHAPE, null));
        OpenInnerMaps inners = innersOf(outer);
        inners.endPut(inners.add(new OpenMap("inner", factory.create(SHAPE, null))), SLOT);
        AtomicInteger tries = new AtomicInteger();
        OpenMap owned = new OpenMap("inner", new DelegatingMap(factory.create(SHAPE, null)) {
            @Override
            public RawMap duplicate() {
                if (tries.incrementAndGet() == 1) {
                    throw tooManyFiles();
                }
                return super.duplicate();
            }
        });

        IncomingMap.ofOwnedHandle(inners, owned, "it was put into outer").published(SLOT);

        assertThat(tries).hasValue(2);
        inners.close("the test ended");
        outer.close();
    }

    @Test
    void saysThatTheLimitIsReachedAlsoIfItHadClosedMaps() {
        OpenMap outer = new OpenMap("outer", factory.create(SHAPE, null));
        OpenInnerMaps inners = innersOf(outer);
        inners.endPut(inners.add(new OpenMap("inner", factory.create(SHAPE, null))), SLOT);
        AtomicInteger tries = new AtomicInteger();

        assertThatThrownBy(() -> bound.creating(inners, () -> {
                    tries.incrementAndGet();
                    throw tooManyFiles();
                }))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("this process has reached its limit of open files (ulimit -n)")
                .hasMessageContaining("they are all in use");

        assertThat(tries).hasValue(2);
        inners.close("the test ended");
        outer.close();
    }

    private static BpfException tooManyFiles() {
        return BpfException.of("create").map("inner").errno(ErrnoNumbers.EMFILE).build();
    }

    private OpenInnerMaps innersOf(OpenMap outer) {
        return new OpenInnerMaps(
                outer, new LeakedOuterMap(new AtomicInteger()), new InnerMapOpener(outer, SHAPE, factory, null), bound);
    }

    private OpenInnerMap inTwoSlots(OpenInnerMaps inners) {
        OpenInnerMap inner = inners.add(new OpenMap("inner", factory.create(SHAPE, null)));
        inners.endPut(inner, SLOT);
        inners.beginChange(inner);
        inners.endPut(inner, new SlotKey(2, new byte[] {2, 0, 0, 0}));
        return inner;
    }

    private static OpenMap handOut(OpenInnerMaps inners, OpenInnerMap inner, CyclicBarrier start) throws Exception {
        start.await();
        inners.beginChange(inner);
        return inners.handOut(inner, "it was taken");
    }
}
