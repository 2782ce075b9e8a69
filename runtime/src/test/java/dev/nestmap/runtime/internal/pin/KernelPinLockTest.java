/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.Interleaving;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.Scalar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One of several processes at a time changes the pins of one outer map. Each object with a lock of its own stands for a process. */
@KernelTest
@Timeout(60)
class KernelPinLockTest extends PinningTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void oneProcessHoldsItAtATime() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        List<Future<Boolean>> alone = new ArrayList<>();
        for (int process = 0; process < 3; process++) {
            PinLock lock = lock();
            alone.add(threads.submit(() -> {
                boolean always = true;
                for (int i = 0; i < 100; i++) {
                    always &= lock.holding(() -> {
                        boolean first = inside.incrementAndGet() == 1;
                        LockSupport.parkNanos(10_000);
                        inside.decrementAndGet();
                        return first;
                    });
                }
                return always;
            }));
        }
        for (Future<Boolean> each : alone) {
            assertThat(each.get()).isTrue();
        }
    }

    @Test
    void threadsOfAProcessHoldItTogether() throws Exception {
        PinLock lock = lock();
        Thread second = Thread.currentThread();
        boolean together = false;
        while (!together) { // on a busy machine, the second thread may come too late for the turn of the first one
            CountDownLatch firstHolds = new CountDownLatch(1);
            CountDownLatch bothHold = new CountDownLatch(1);
            Future<Boolean> first = threads.submit(() -> lock.holding(() -> {
                firstHolds.countDown();
                while (bothHold.getCount() > 0 && second.getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                }
                return bothHold.getCount() == 0;
            }));
            while (firstHolds.getCount() > 0) {
                Thread.onSpinWait();
            }
            lock.holding(() -> {
                bothHold.countDown();
                return true;
            });
            together = first.get();
        }
        assertThat(together).isTrue();
    }

    /** Threads that take turns would otherwise hold the lock forever. */
    @Test
    void anotherProcessGetsItFromThreadsThatAlwaysOverlap() throws Exception {
        PinLock busy = lock();
        PinLock other = lock();
        AtomicBoolean acquired = new AtomicBoolean();
        AtomicInteger inside = new AtomicInteger();
        List<Future<?>> loops = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
            loops.add(threads.submit(() -> {
                while (!acquired.get()) {
                    busy.holding(() -> {
                        inside.incrementAndGet();
                        LockSupport.parkNanos(5_000_000);
                        return inside.decrementAndGet();
                    });
                }
            }));
        }
        while (inside.get() < 2) {
            Thread.onSpinWait();
        }

        other.holding(() -> {
            acquired.set(true);
            assertThat(inside).hasValue(0);
            return true;
        });
        for (Future<?> each : loops) {
            each.get();
        }
    }

    /** A load fills slots while it holds the lock, which may take longer than a turn. */
    @Test
    void aThreadAcquiresItAgainAfterTheEndOfItsTurn() {
        PinLock lock = lock();
        boolean entered = lock.holding(() -> {
            LockSupport.parkNanos(100_000_000);
            boolean inner = lock.holding(() -> true);
            assertIsHeld();
            return inner;
        });
        assertThat(entered).isTrue();
        try (Pins.Lock released = tryLock()) {
            assertThat(released).isNotNull();
        }
    }

    private void assertIsHeld() {
        try (Pins.Lock other = tryLock()) {
            assertThat(other).isNull();
        }
    }

    private Pins.@Nullable Lock tryLock() {
        return new KernelPins().lock(lock().paths().migration(), pins);
    }

    /** A migration lists the inner maps while it holds the lock. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void changesOfSlotsWaitForIt(boolean pinsInners) throws Exception {
        NestPins outer = new NestPins(lock(), Scalar.U32, pinsInners);
        AtomicBoolean released = new AtomicBoolean();
        AtomicBoolean waited = new AtomicBoolean();
        Thread change = new Thread(() -> waited.set(outer.excludingOtherProcesses(released::get)));
        lock().holding(() -> {
            change.start();
            while (change.getState() == Thread.State.RUNNABLE) {
                Thread.onSpinWait();
            }
            released.set(true);
            return true;
        });
        change.join();
        outer.close();
        assertThat(waited).isTrue();
    }

    /** The reader may lack CAP_SYS_ADMIN, so that it can't open the map by its id instead. */
    @Test
    void aReaderFindsTheMapWhileAnotherProcessMovesItsPin() {
        PinPaths paths = new PinPaths(fs.path("tenant"), pins, MapAccess.READ_WRITE);
        KernelPins kernel = new KernelPins();
        Interleaving interleaving = new Interleaving();
        SlotKey slot = new SlotKey(1L, new byte[] {1, 0, 0, 0});
        boolean inserted = true;
        for (int n = 0; inserted; n++) {
            RawMap previous = pin(paths.inner("1"));
            RawMap current = pin(paths.next("1"));
            NestPins outer = new NestPins(new PinLock(interleaving.pins(), paths), Scalar.U32, true);
            List<RawMap> opened = new ArrayList<>();

            inserted = interleaving.run(
                    () -> opened.add(outer.open(slot, current.id())),
                    n,
                    () -> kernel.move(paths.next("1"), paths.inner("1")));

            assertThat(opened).as("before operation %d", n).doesNotContainNull();
            opened.forEach(RawMap::close);
            kernel.remove(paths.inner("1"));
            kernel.remove(paths.next("1"));
            previous.close();
            current.close();
        }
    }

    private RawMap pin(Path path) {
        RawMap map = new KernelMapFactory().create(new MapShape("flow_map", MapKind.HASH, 4, 8, 1, 0), null);
        new KernelPins().pin(map, path, pins);
        return map;
    }

    private PinLock lock() {
        return new PinLock(new KernelPins(), new PinPaths(fs.path("tenant"), pins, MapAccess.READ_WRITE));
    }
}
