/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.KeyBatch;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.schema.MapKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** A queue of the updates, or of the deletes, of one outer map. Sends changes that wait at the same time as one batch. */
abstract class ChangeQueue {
    /** Measured: a batch of this size still waits for a single grace period. */
    private static final int BATCH = 4096;

    private static final int BATCH_BYTES = 1 << 22;

    /** Before Linux 6.8 each element of a batch waits for a grace period, but threads that wait at the same time share one. */
    private static final int THREADS = 64;

    private static final int IDLE_SECONDS = 1;

    /** Callers that waited for the last batch often send their next change at once. This pause collects them in one batch. */
    private static final long PAUSE_NANOS = 50_000;

    /** A rejected element ends its batch. After this many rejections the other changes are sent one by one. */
    private static final int REJECTIONS = 4;

    private final LeasedMap outer;
    private final Queue<PendingChange> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean running = new AtomicBoolean();
    private final Executor batchThread;
    private final Executor singleThreads;
    private Batches batches = Batches.UNKNOWN;

    /** How the kernel handles batches of changes to this map. */
    private enum Batches {
        UNKNOWN,
        /** A batch waits for one grace period. */
        SHARED,
        /** There are no batches, or each element waits for a grace period. */
        UNUSABLE
    }

    ChangeQueue(LeasedMap outer, String operation) {
        this(
                outer,
                executor(threadName(outer, operation), 1),
                executor(threadName(outer, operation) + "-single", THREADS));
    }

    /**
     * Creates a queue that runs on the given executors.
     *
     * @param batchThread runs one task at a time
     * @param singleThreads runs changes that are not in a batch, several at a time
     */
    ChangeQueue(LeasedMap outer, Executor batchThread, Executor singleThreads) {
        this.outer = outer;
        this.batchThread = batchThread;
        this.singleThreads = singleThreads;
    }

    /** Sends one change; returns 0 or a negative errno. */
    abstract int applySingle(LeasedMap outer, Block key, PendingChange change);

    /**
     * Sends a batch of changes without their conditions.
     *
     * @param keys the keys of the changes; afterwards {@link KeyBatch#done} is the number of changes made
     * @return 0 or a negative errno
     */
    abstract int applyBatch(LeasedMap outer, KeyBatch keys, List<PendingChange> changes);

    /** Adds changes. Each of them will be completed or failed, whatever happens. */
    void add(List<PendingChange> changes) {
        waiting.addAll(changes);
        start();
    }

    private void start() {
        if (waiting.isEmpty() || !running.compareAndSet(false, true)) {
            return;
        }
        try {
            batchThread.execute(this::run);
        } catch (Throwable e) { // for example no memory for a thread
            running.set(false);
            for (PendingChange change = waiting.poll(); change != null; change = waiting.poll()) {
                change.fail(e);
            }
        }
    }

    private void run() {
        List<PendingChange> changes = poll();
        while (!changes.isEmpty()) {
            try {
                apply(changes);
            } catch (Throwable e) { // even after an Error, no caller may wait forever
                List.copyOf(changes).forEach(change -> change.fail(e));
            }
            if (changes.size() > 1 && batches == Batches.SHARED) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            changes = poll();
        }
        running.set(false);
        start(); // a change may have been added after the last poll, while this thread still counted as running
    }

    private List<PendingChange> poll() {
        List<PendingChange> changes = new ArrayList<>();
        int most = Math.max(1, Math.min(BATCH, BATCH_BYTES / (outer.shape().keySize() + Integer.BYTES)));
        while (changes.size() < most) {
            PendingChange change = waiting.poll();
            if (change == null) {
                break;
            }
            changes.add(change);
        }
        return changes;
    }

    private void apply(List<PendingChange> changes) {
        if (changes.size() == 1 && batches != Batches.UNUSABLE) {
            applySingle(changes.get(0));
            return;
        }
        if (batches == Batches.UNKNOWN) {
            batches = outer.slots().batchSharesGracePeriod() ? Batches.SHARED : Batches.UNUSABLE;
        }
        if (batches == Batches.UNUSABLE) {
            applyInParallel(changes);
        } else {
            applyBatches(changes.stream().filter(this::checkCondition).toList());
        }
    }

    /**
     * Sends batches. When the kernel rejects an element, it has made the changes before that element and has waited for them
     * (observed on 6.18). Then the rejected change is sent alone, and the rest as the next batch.
     */
    private void applyBatches(List<PendingChange> changes) {
        List<PendingChange> remaining = changes;
        for (int rejections = 0; remaining.size() > 1 && rejections < REJECTIONS; rejections++) {
            KeyBatch keys = new KeyBatch(
                    outer.shape().keySize(),
                    remaining.stream().map(PendingChange::slot).toList());
            int result = applyBatch(outer, keys, remaining);
            int done = result == 0 ? keys.count() : keys.done();
            remaining.subList(0, done).forEach(change -> change.complete(0));
            remaining = remaining.subList(done, remaining.size());
            if (result == -ENOTSUPP) {
                batches = Batches.UNUSABLE; // the map type has no such batch
                break;
            }
            if (result != 0) {
                int single = applySingle(remaining.get(0));
                remaining = remaining.subList(1, remaining.size());
                if (result == -EINVAL && done == 0 && single == 0) {
                    batches = Batches.UNUSABLE; // the kernel has no batches
                    break;
                }
            }
        }
        applyEach(remaining);
    }

    private void applyEach(List<PendingChange> changes) {
        if (changes.size() == 1 && batches != Batches.UNUSABLE) {
            applySingle(changes.get(0));
        } else {
            applyInParallel(changes);
        }
    }

    /** Sends each change on a thread of its own, so that they share a grace period. */
    private void applyInParallel(List<PendingChange> changes) {
        for (PendingChange change : changes) {
            try {
                singleThreads.execute(() -> applySingle(change));
            } catch (Throwable e) { // no thread is available, and changes that already run must not fail
                applySingle(change);
            }
        }
    }

    private int applySingle(PendingChange change) {
        int keySize = outer.shape().keySize();
        try (Scratch scratch = Scratch.take(keySize)) {
            if (!kernelChecksCondition() && !checkCondition(change)) {
                return change.result();
            }
            change.slot().writeTo(scratch.block(), 0);
            change.complete(applySingle(outer, scratch.block(), change));
        } catch (Throwable e) { // even after an Error, the caller must not wait forever
            change.fail(e);
        }
        return change.result();
    }

    /** Whether the kernel checks the condition of a single change. In an array of maps it accepts {@code BPF_ANY} only. */
    private boolean kernelChecksCondition() {
        return outer.shape().kind() == MapKind.HASH_OF_MAPS;
    }

    /**
     * Checks the condition of an update where the kernel does not, just before the update. Only another process can change the
     * slot in between. If the condition is not met, completes the update with the errno that the kernel would return.
     */
    private boolean checkCondition(PendingChange update) {
        if (update.condition() == RawMap.ANY) {
            return true;
        }
        int result = lookup(update.slot());
        boolean exists = result == 0;
        boolean met = update.condition() == RawMap.EXIST ? exists : result == -ENOENT;
        if (!met) {
            update.complete(exists ? -EEXIST : result);
        }
        return met;
    }

    private int lookup(SlotKey slot) {
        int idAt = Alignment.align(outer.shape().keySize());
        try (Scratch scratch = Scratch.take(idAt + Integer.BYTES)) {
            slot.writeTo(scratch.block(), 0);
            return outer.lookup(scratch.block(), 0, idAt);
        }
    }

    private static String threadName(LeasedMap outer, String operation) {
        return "nestmap-" + operation + "-" + outer.shape().name();
    }

    private static Executor executor(String name, int threads) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
