/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Displaced.Doubt;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.managed.Managed.Counted;
import dev.nestmap.tests.managed.Managed.Locked;
import dev.nestmap.tests.managed.Managed.Noted;
import dev.nestmap.tests.managed.Managed.Session;
import dev.nestmap.tests.managed.Managed.Words;
import dev.nestmap.tests.managed.ManagedBpf.CountedByMap;
import dev.nestmap.tests.managed.ManagedBpf.LockedMap;
import dev.nestmap.tests.managed.ManagedBpf.SessionMap;
import dev.nestmap.tests.managed.ManagedBpf.TornMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fields that the kernel manages work in inner maps, and a drain respects them. */
@KernelTest
@Timeout(120)
class KernelManagedTest extends ManagedContract {
    private static final Duration LOAD = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration DELAY = Duration.ofMillis(300);
    private static final int REPEAT = 1_000;
    private static final int PASS = 2;

    @BeforeAll
    static void needLocksInInnerMaps() {
        KernelAssumptions.assume(KernelFeature.LOCKS_IN_INNER_MAPS);
    }

    @Override
    protected ManagedBpf open() {
        return ManagedBpf.load(BpfObjects.of("managed"));
    }

    @InstalledClang.Each
    void programsCountUnderTheLockOfAnInnerMap(InstalledClang clang) {
        try (ManagedBpf counting = ManagedBpf.load(BpfObjects.of("managed", clang))) {
            counting.countedBy().create(1);
            counting.program("count").testRun(packets(5));

            assertThat(counting.countedBy().get(1, 7)).isEqualTo(new Counted(7, 5, 300));
        }
    }

    /** The callback of a work queue runs later, and a grace period does not wait for it. */
    @Test
    void mapsThatAWorkQueueMayUseAreDrainedOnlyUnchecked() {
        bpf.tornBy().create(2);
        assertThatThrownBy(() -> bpf.tornBy().rotate(2))
                .isInstanceOf(BpfException.class)
                .hasMessageContainingAll("also use a map with work queues or task work", "schedule", "unchecked()");
        bpf.tornBy()
                .expert()
                .unchecked()
                .drainAll(displaced -> assertThat(displaced.doubts()).containsExactly(Doubt.UNCHECKED));

        bpf.countedBy().create(1);
        DrainedMap.discardDisplaced(bpf.countedBy().rotate(1));
    }

    @Test
    void aReadUnderTheLockReturnsAWholeValue() throws Exception {
        try (ManagedBpf writing = open()) {
            LockedMap locked = writing.lockedBy().create(1);
            TornMap torn = writing.tornBy().create(1);
            boolean tornWithout = whileRunning(
                    writing,
                    "write_torn",
                    () -> untilTorn(() -> Objects.requireNonNull(torn.get(0)).words()));
            long tornUnderLock = whileRunning(writing, "write_locked", () -> count(() -> read(locked)));
            long tornInScan = whileRunning(writing, "write_locked", () -> count(() -> first(locked)));

            assertThat(tornWithout).as("torn values without a lock").isTrue();
            assertThat(tornUnderLock).as("torn values under the lock").isZero();
            assertThat(tornInScan).as("torn values in scans under the lock").isZero();
            assertThat(read(locked).a()).as("updates by the program").isPositive();
        }
    }

    @Test
    void aProgramNeverSeesHalfOfAValue() throws Exception {
        try (ManagedBpf reading = open()) {
            LockedMap locked = reading.lockedBy().create(1);
            long puts = whileRunning(reading, "read_locked", () -> {
                long done = 0;
                for (long end = System.nanoTime() + LOAD.toNanos(); System.nanoTime() < end; done++) {
                    locked.put(new Locked(0, Words.all(done)));
                }
                return done;
            });

            assertThat(puts).isPositive();
            assertThat(reading.noted().get(1))
                    .as("torn values that a program saw")
                    .isEqualTo(new Noted(1, 0));
        }
    }

    @Test
    void aTimerRuns() throws InterruptedException {
        try (ManagedBpf timed = open()) {
            timed.sessionBy().create(1).put(new Session(7, 1));
            assertThat(timed.program("arm").testRun(packets(1)).returnValue()).isEqualTo(PASS);
            awaitRuns(timed, 1);

            assertThat(timed.sessionBy().get(1, 7)).isEqualTo(new Session(7, 1));
        }
    }

    /** A second session's timer, which is set to run later, shows that the first timer would have run by then. */
    @Test
    void puttingAnEntryAgainCancelsItsTimer() throws InterruptedException {
        try (ManagedBpf timed = open()) {
            SessionMap sessions = timed.sessionBy().create(1);
            long before;
            long start;
            do {
                start = System.nanoTime();
                sessions.put(new Session(7, DELAY.toMillis()));
                sessions.put(new Session(8, DELAY.toMillis()));
                timed.program("arm").testRun(packets(1));
                sessions.put(new Session(7, 2));
                before = runs(timed);
            } while (System.nanoTime() - start > DELAY.toNanos()); // the timer may have run before the put

            awaitRuns(timed, before + 1);
            assertThat(sessions.get(7)).isEqualTo(new Session(7, 2));
        }
    }

    /** Waits until timers have run this often, and fails if they run more often. */
    private static void awaitRuns(ManagedBpf timed, long expected) {
        Await.until("timers have run", () -> runs(timed) >= expected);
        assertThat(runs(timed)).isEqualTo(expected);
    }

    private static long runs(ManagedBpf timed) {
        return Objects.requireNonNull(timed.noted().get(0)).times();
    }

    /** Such inner maps can only be created with BTF, which no object has given the kernel. */
    @Test
    void anOuterMapOfManagedFieldsCanBeCreatedWithoutAnObject() throws Exception {
        try (BpfFs fs = BpfFs.mount()) {
            try (CountedByMap.Owned outer = ManagedBpf.COUNTED_BY_MAP.create(fs.path("counted"))) {
                outer.create(1).put(new Counted(7, 1, 2));
            }
            try (CountedByMap.Owned outer = ManagedBpf.COUNTED_BY_MAP.openPinned(fs.path("counted"))) {
                outer.create(2).put(new Counted(8, 3, 4));
                assertThat(outer.get(2, 8)).isEqualTo(new Counted(8, 3, 4));
            }
        }
    }

    @Test
    void openingAForeignMapWithoutBtfFailsWithTheReason() throws Exception {
        InstalledCommand.needInstalled("bpftool");
        try (BpfFs fs = BpfFs.mount()) {
            Path pin = fs.path("foreign");
            InstalledCommand.run(
                            "bpftool", "map", "create", pin, "type", "hash", "key", 4, "value", 24, "entries", 16,
                            "name", "foreign")
                    .succeeded();

            assertThatThrownBy(() -> ManagedBpf.COUNTED_MAP.openPinned(pin))
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("kernel-managed fields: none instead of struct bpf_spin_lock at 8");
        }
    }

    /** Runs a program repeatedly on another thread while the action runs. */
    private static <T> T whileRunning(ManagedBpf bpf, String program, Callable<T> action) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Void> running = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                bpf.program(program).testRun(packets(REPEAT));
                begun.countDown();
            }
        });
        running.whenComplete((done, failure) -> begun.countDown());
        T result;
        try {
            begun.await();
            result = action.call();
        } finally {
            over.set(true);
        }
        running.get();
        return result;
    }

    /** Reads until a value has different words. Returns false if that does not happen within a time that is long enough. */
    private static boolean untilTorn(Supplier<Words> read) {
        for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end; ) {
            if (!read.get().isWhole()) {
                return true;
            }
        }
        return false;
    }

    /** Reads for some time and returns how many values had different words. */
    private static long count(Supplier<Words> read) {
        long torn = 0;
        for (long end = System.nanoTime() + LOAD.toNanos(); System.nanoTime() < end; ) {
            torn += read.get().isWhole() ? 0 : 1;
        }
        return torn;
    }

    private static Words read(LockedMap map) {
        return Objects.requireNonNull(map.get(0)).words();
    }

    private static Words first(LockedMap map) {
        return map.iterator().next().words();
    }

    private static TestRun.Input packets(int repeat) {
        return TestRun.Input.packet(new byte[64]).withRepeat(repeat);
    }
}
