/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.ReusedObjects;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The turn at the slots of one outer map. Only the thread that has it changes slots, their pins, and the inner maps that the process knows. A caller
 * submits its {@link SlotChangeRun} and waits. If the turn is free, the caller takes it, and makes the changes of all who wait as one batch, because each
 * update waits for a grace period (about 10 ms, and 0.1 ms since Linux 6.19). Two runs that change the same slot are not in one batch.
 *
 * <p>An interrupt does not end the wait, because nobody can cancel a call of the kernel. If an error of the machine ends the thread that has the turn,
 * the object has failed, and the others give up.
 */
final class SlotChangeQueue {
    private static final int IDLE_SECONDS = 1;

    /** Callers that waited for the last batch often make their next call at once. This pause collects them in one batch. */
    private static final long PAUSE_NANOS = 50_000;

    private final OpenMap outer;
    private final SlotChangeBatcher updates;
    private final SlotChangeBatcher deletes;
    private final Queue<SlotChangeRun> waiting = new ConcurrentLinkedQueue<>();
    private final Mutex turn = new Mutex();

    /** Takes the turn for virtual threads: a native call would pin their carrier for the grace period. */
    private final Executor forVirtualThreads;

    /** How many runs were in the last batch. Only the thread whose turn it is uses it. */
    private int last;

    SlotChangeQueue(OpenMap outer) {
        this.outer = outer;
        Executor singles = executor("change-single", SlotChangeBatcher.THREADS);
        this.updates = new SlotChangeBatcher(outer, singles);
        this.deletes = new SlotChangeBatcher(outer, singles);
        this.forVirtualThreads = executor("change", 1);
    }

    /**
     * Makes the changes of a run. When this returns, the run is over, or the object has failed.
     *
     * @throws IllegalStateException if it is this thread's turn: a listener has called
     */
    void make(SlotChangeRun run) {
        rejectListener("the slots of map " + outer.shape().name() + " can't be changed");
        waiting.add(run);
        try {
            // Notes an error that ends the wait at once: another thread may be making the changes.
            outer.failure().during(() -> awaitEnd(run));
        } finally {
            waiting.remove(run); // only after such an error
        }
        if (!run.isOver()) {
            throw outer.invalid();
        }
    }

    private void awaitEnd(SlotChangeRun run) {
        boolean isVirtual = ReusedObjects.isVirtual();
        if (isVirtual) {
            forVirtualThreads.execute(() -> alone(() -> takeTurns(run)));
        }
        UninterruptibleWait.until(() -> {
            if (!isVirtual) {
                takeTurns(run);
            }
            return run.isOver() || outer.failure().hasFailed();
        });
    }

    /** Runs an action that no change interrupts. */
    void alone(Runnable action) {
        try {
            turn.holding(action);
        } finally {
            wakeNext();
        }
    }

    /**
     * Rejects a call of a listener that is called in the turn, which would wait for itself or find changes half done.
     *
     * @param what what can't be done
     */
    void rejectListener(String what) {
        if (isHeldByCaller()) {
            throw new IllegalStateException(ErrorTable.message("CHANGE_IN_LISTENER", what));
        }
    }

    /** Whether this thread has the turn, or makes a system call for the one that has it. */
    boolean isHeldByCaller() {
        return turn.isHeldByCurrentThread()
                || (Thread.currentThread() instanceof TurnThread thread
                        && thread.queue().equals(this));
    }

    /** Makes batches until the run is over, unless another thread has the turn, which will wake this run's caller. */
    private void takeTurns(SlotChangeRun run) {
        while (!run.isOver() && !outer.failure().hasFailed() && turn.tryLock()) {
            try {
                makeBatch();
            } finally {
                turn.unlock();
                wakeNext();
            }
        }
    }

    private void wakeNext() {
        SlotChangeRun next = waiting.peek();
        if (next != null) {
            LockSupport.unpark(next.caller());
        }
    }

    private void makeBatch() {
        if (last > 1 && updates.sharesGracePeriods()) {
            UninterruptibleWait.pause(PAUSE_NANOS);
        }
        List<SlotChangeRun> runs = poll();
        last = runs.size();
        try {
            runs.forEach(SlotChangeRun::begin);
            runs.forEach(SlotChangeRun::prepare);
            // One after the other: an update uses the memory of a removed entry, which no program may be looking up any
            // more.
            updates.send(changes(runs, false));
            deletes.send(changes(runs, true));
            runs.forEach(SlotChangeRun::settle);
        } catch (Throwable e) { // no caller may wait forever
            outer.failure().note(e);
            runs.forEach(run -> run.failed(e));
        } finally {
            runs.forEach(SlotChangeRun::setOver);
        }
    }

    private static List<SlotChange> changes(List<SlotChangeRun> runs, boolean areDeletes) {
        List<SlotChange> changes = new ArrayList<>();
        runs.stream().filter(run -> run.isDelete() == areDeletes).forEach(run -> changes.addAll(run.toSend()));
        return changes;
    }

    /** Removes the runs of the next batch from the queue: those before the first that changes a slot of another one. */
    private List<SlotChangeRun> poll() {
        List<SlotChangeRun> runs = new ArrayList<>();
        Set<SlotKey> slots = new HashSet<>();
        for (SlotChangeRun run = waiting.peek();
                run != null && (runs.isEmpty() || run.slots().stream().noneMatch(slots::contains));
                run = waiting.peek()) {
            slots.addAll(run.slots());
            runs.add(waiting.remove());
        }
        return runs;
    }

    private Executor executor(String operation, int threads) {
        String name = "nestmap-" + operation + "-" + outer.shape().name();
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new TurnThread(() -> outer.failure().during(task), name);
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** Works for the thread that has the turn, or has it. */
    private final class TurnThread extends Thread {
        TurnThread(Runnable work, String name) {
            super(work, name);
        }

        SlotChangeQueue queue() {
            return SlotChangeQueue.this;
        }
    }
}
