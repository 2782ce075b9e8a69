/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.KeyBatch;
import dev.nestmap.runtime.internal.map.RawMap;
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

/** The changes of one kind, update or delete, that wait for an outer map: those that wait at the same time go as one batch. */
abstract class ChangeQueue {
    /** As many as were measured to take one grace period together. */
    private static final int BATCH = 4096;

    private static final int BATCH_BYTES = 1 << 22;

    /** Before Linux 6.8 each element waits, but threads that wait at the same time share the grace period. */
    private static final int THREADS = 64;

    private static final int IDLE_SECONDS = 1;

    /** Those who waited for the last batch come again at once: with this pause they are in the next one together. */
    private static final long PAUSE_NANOS = 50_000;

    /** A refused element ends its batch; after so many of them the others go one by one, where a refusal costs nothing. */
    private static final int REFUSALS = 4;

    private final LeasedMap outer;
    private final Queue<PendingUpdate> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean running = new AtomicBoolean();
    private final Executor thread;
    private final Executor threads;
    private Batches batches = Batches.UNKNOWN;

    /** What the kernel was found to do with batches of this map. */
    private enum Batches {
        UNKNOWN,
        /** It knows them, and they wait once. */
        TOGETHER,
        /** It knows none, or waits for each element. */
        SINGLY
    }

    ChangeQueue(LeasedMap outer, String what) {
        this(outer, executor(nameOf(outer, what), 1), executor(nameOf(outer, what) + "-alone", THREADS));
    }

    /**
     * @param thread runs one task at a time
     * @param threads runs several
     */
    ChangeQueue(LeasedMap outer, Executor thread, Executor threads) {
        this.outer = outer;
        this.thread = thread;
        this.threads = threads;
    }

    /** Makes one change by itself. */
    abstract int single(LeasedMap map, Block key, PendingUpdate change);

    /** Makes the changes whatever their conditions; {@code keys} says how many it has made. */
    abstract int batch(LeasedMap map, KeyBatch keys, List<PendingUpdate> changes);

    /** Takes changes on: they are completed sooner or later, whatever happens. */
    void add(List<PendingUpdate> changes) {
        waiting.addAll(changes);
        wake();
    }

    private void wake() {
        if (waiting.isEmpty() || !running.compareAndSet(false, true)) {
            return;
        }
        try {
            thread.execute(this::run);
        } catch (Throwable e) { // no memory for a thread, say
            running.set(false);
            for (PendingUpdate change = waiting.poll(); change != null; change = waiting.poll()) {
                change.fail(e);
            }
        }
    }

    private void run() {
        List<PendingUpdate> changes = next();
        while (!changes.isEmpty()) {
            try {
                make(changes);
            } catch (Throwable e) {
                List.copyOf(changes).forEach(change -> change.fail(e));
            }
            if (changes.size() > 1 && batches == Batches.TOGETHER) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            changes = next();
        }
        running.set(false);
        wake(); // for one that was added when this had looked and still seemed to run
    }

    private List<PendingUpdate> next() {
        List<PendingUpdate> changes = new ArrayList<>();
        int most = Math.max(1, Math.min(BATCH, BATCH_BYTES / (outer.shape().keySize() + Integer.BYTES)));
        while (changes.size() < most) {
            PendingUpdate change = waiting.poll();
            if (change == null) {
                break;
            }
            changes.add(change);
        }
        return changes;
    }

    private void make(List<PendingUpdate> changes) {
        if (changes.size() > 1 && batches == Batches.UNKNOWN) {
            batches = outer.slots().batchSharesGracePeriod() ? Batches.TOGETHER : Batches.SINGLY;
        }
        if (batches == Batches.SINGLY) {
            alone(changes);
        } else if (changes.size() == 1) {
            alone(changes.get(0));
        } else {
            together(changes.stream().filter(this::mayGo).toList());
        }
    }

    /** The kernel waits as well when it stops half-way (tried on 6.18): what it has done by then is done. */
    private void together(List<PendingUpdate> changes) {
        List<PendingUpdate> left = changes;
        for (int refusals = 0; left.size() > 1 && refusals < REFUSALS; refusals++) {
            KeyBatch keys = new KeyBatch(
                    outer.shape().keySize(),
                    left.stream().map(PendingUpdate::slot).toList());
            int result = batch(outer, keys, left);
            int done = result == 0 ? keys.count() : keys.done();
            left.subList(0, done).forEach(change -> change.complete(0));
            left = left.subList(done, left.size());
            if (result == -ENOTSUPP) {
                batches = Batches.SINGLY; // the map's type has no such batch
                break;
            }
            if (result != 0) {
                int truth = alone(left.get(0));
                left = left.subList(1, left.size());
                if (result == -EINVAL && done == 0 && truth == 0) {
                    batches = Batches.SINGLY; // the kernel has no batches at all
                    break;
                }
            }
        }
        alone(left);
    }

    /** Each on a thread of its own, so that they wait together. */
    private void alone(List<PendingUpdate> changes) {
        for (PendingUpdate change : changes) {
            if (changes.size() == 1 && batches != Batches.SINGLY) {
                alone(change);
            } else {
                onItsOwnThread(change);
            }
        }
    }

    /** Where there is no thread to be had it waits here: to fail it would mean to fail those that are under way. */
    private void onItsOwnThread(PendingUpdate change) {
        try {
            threads.execute(() -> alone(change));
        } catch (Throwable e) {
            alone(change);
        }
    }

    private int alone(PendingUpdate change) {
        try (Scratch scratch = encode(change)) {
            if (!isConditional() && !mayGo(change)) {
                return change.result();
            }
            change.complete(single(outer, scratch.block(), change));
        } catch (Throwable e) {
            change.fail(e);
        }
        return change.result();
    }

    /** Whether the kernel looks at a single change's condition: an array of maps takes updates without one only. */
    private boolean isConditional() {
        return outer.shape().kind() == MapKind.HASH_OF_MAPS;
    }

    /** Looks at the condition in the kernel's place, just before: only another process can come between. */
    private boolean mayGo(PendingUpdate change) {
        if (change.condition() == RawMap.ANY) {
            return true;
        }
        int missing = lookup(change);
        boolean isThere = missing == 0;
        boolean mayGo = isThere == (change.condition() == RawMap.EXIST) && (isThere || missing == -ErrnoNumbers.ENOENT);
        if (!mayGo) {
            change.complete(isThere ? -ErrnoNumbers.EEXIST : missing);
        }
        return mayGo;
    }

    private int lookup(PendingUpdate change) {
        try (Scratch scratch = encode(change)) {
            return outer.lookup(scratch.block(), 0, idAt());
        }
    }

    private Scratch encode(PendingUpdate change) {
        Scratch scratch = Scratch.take(idAt() + Integer.BYTES);
        change.slot().writeTo(scratch.block(), 0);
        return scratch;
    }

    private int idAt() {
        return Alignment.align(outer.shape().keySize());
    }

    private static String nameOf(LeasedMap outer, String what) {
        return "nestmap-" + what + "-" + outer.shape().name();
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
