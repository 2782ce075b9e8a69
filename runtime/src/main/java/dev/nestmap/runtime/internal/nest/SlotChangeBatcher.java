/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.observe.RunningOperation;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;

/**
 * A queue of the updates of one outer map, or of its deletes. Each system call waits for a grace period (about 10 ms, and 0.1 ms since
 * Linux 6.19). Changes that wait at the same time share one: they are sent as one batch since Linux 6.8, and by
 * parallel system calls before.
 *
 * <p>The kernel uses the memory of a removed entry of a hash for the next new entry, and does not wait for programs that are looking it up.
 * So updates and deletes of an outer map take turns: the calls of one queue begin after the grace period of the other queue's calls.
 * Otherwise a program could look for one key and find the inner map of another one.
 *
 * <p>The system calls run on daemon threads of the queue, so that a waiting virtual thread does not pin its carrier. The threads end when
 * they have been idle for a second.
 *
 * <p>Callers must not add two changes of the same key at the same time.
 */
final class SlotChangeBatcher {
    /** Measured: a batch of this size still waits for a single grace period. */
    private static final int BATCH = 4096;

    private static final int BATCH_BYTES = 1 << 22;

    /** Before Linux 6.8 each element of a batch waits for a grace period, but threads that wait at the same time share one. */
    private static final int THREADS = 64;

    private static final int IDLE_SECONDS = 1;

    /** Callers that waited for the last batch often make their next call at once. This pause collects them in one batch. */
    private static final long PAUSE_NANOS = 50_000;

    /** A rejected element ends its batch. After this many rejections the other calls are sent one by one. */
    private static final int REJECTIONS = 4;

    private final OpenMap outer;
    private final Lock turn;
    private final Queue<SlotChange> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean running = new AtomicBoolean();
    private final Executor batchThread;
    private final Executor singleThreads;
    private Batches batches = Batches.UNKNOWN;

    /** How the kernel handles batches of calls to this map. */
    private enum Batches {
        UNKNOWN,
        /** A batch waits for one grace period. */
        SHARED,
        /** There are no batches, or each element waits for a grace period. */
        UNUSABLE
    }

    /**
     * Creates a queue.
     *
     * @param turn the lock that the two queues of this outer map share. It must be fair, so that a busy queue can't keep the other waiting
     */
    SlotChangeBatcher(OpenMap outer, Lock turn, String operation) {
        this(outer, turn, executor(outer, operation, 1), executor(outer, operation + "-single", THREADS));
    }

    /**
     * Creates a queue that runs on the given executors.
     *
     * @param turn the lock that the two queues of this outer map share
     * @param batchThread runs one task at a time
     * @param singleThreads runs calls that are not in a batch, several at a time
     */
    SlotChangeBatcher(OpenMap outer, Lock turn, Executor batchThread, Executor singleThreads) {
        this.outer = outer;
        this.turn = turn;
        this.batchThread = batchThread;
        this.singleThreads = singleThreads;
    }

    /** Adds changes. Each one will be answered, unless the object fails. */
    void add(List<SlotChange> calls) {
        waiting.addAll(calls);
        start();
    }

    /** Sends the changes that wait. */
    private void start() {
        if (!waiting.isEmpty() && running.compareAndSet(false, true)) {
            batchThread.execute(this::run);
        }
    }

    private void fail(SlotChange call, Throwable cause) {
        outer.failure().note(cause);
        call.answer().fail(cause);
    }

    private void run() {
        try {
            for (int sent = sendNext(); sent > 0; sent = sendNext()) {
                if (sent > 1 && batches == Batches.SHARED) {
                    UninterruptibleWait.pause(PAUSE_NANOS);
                }
            }
        } finally {
            running.set(false);
        }
        start(); // a call may have been added after the last poll, while this thread still counted as running
    }

    /** Sends the changes that wait when it is this queue's turn. Returns how many there were. */
    private int sendNext() {
        turn.lock();
        try {
            List<SlotChange> calls = poll();
            trySend(calls);
            return calls.size();
        } finally {
            turn.unlock();
        }
    }

    private void trySend(List<SlotChange> calls) {
        try {
            send(calls);
        } catch (Throwable e) { // no caller may wait forever
            calls.forEach(call -> fail(call, e));
        }
    }

    /** Removes the calls of the next batch from the queue. */
    private List<SlotChange> poll() {
        int most = Math.max(1, Math.min(BATCH, BATCH_BYTES / (outer.shape().keySize() + Integer.BYTES)));
        int count = Math.min(most, waiting.size());
        List<SlotChange> calls = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            calls.add(waiting.remove());
        }
        return calls;
    }

    private void send(List<SlotChange> calls) {
        if (calls.size() == 1 && batches != Batches.UNUSABLE) {
            sendSingle(calls.get(0));
            return;
        }
        if (batches == Batches.UNKNOWN) {
            batches = outer.sharesGracePeriods() ? Batches.SHARED : Batches.UNUSABLE;
        }
        if (batches == Batches.UNUSABLE) {
            sendInParallel(calls);
        } else {
            sendBatches(checkConditions(calls));
        }
    }

    /** Sends batches. If the kernel rejects a change, it is sent alone, and the rest as the next batch. */
    private void sendBatches(List<SlotChange> calls) {
        int next = 0; // the changes before it are sent
        for (int rejections = 0;
                batches == Batches.SHARED && next < calls.size() - 1 && rejections < REJECTIONS;
                rejections++) {
            BatchResult sent = sendBatch(calls.subList(next, calls.size()));
            next += sent.made();
            if (sent.errno() == -ENOTSUPP) {
                batches = Batches.UNUSABLE; // the map type has no such batch
            } else if (sent.errno() != 0) {
                int single = sendSingle(calls.get(next));
                next++;
                if (sent.errno() == -EINVAL && sent.made() == 0 && single == 0) {
                    batches = Batches.UNUSABLE; // the kernel has no batches
                }
            }
        }
        sendEach(calls.subList(next, calls.size()));
    }

    /**
     * The result of a batch. When the kernel rejects an element, it has made the changes before that element and has waited for them
     * (observed on 6.18).
     *
     * @param errno the negative errno of the change after those that were made; 0 if it was not tried
     * @param made the number of changes that were made, and are complete
     */
    private record BatchResult(int errno, int made) {}

    private BatchResult sendBatch(List<SlotChange> changes) {
        int times = timesInBatch(changes.get(0));
        List<SlotChange> batch = changes.stream()
                .flatMap(change -> Collections.nCopies(times, change).stream())
                .toList();
        Batch keys = new Batch(
                outer.shape().keySize(), batch.stream().map(SlotChange::slot).toList());
        IntSupplier made = () -> (keys.done() + times - 1) / times;
        int result = observed(changes.get(0), changes.size(), () -> makeBatchCall(keys, batch), made);
        int whole = result == 0 ? changes.size() : keys.done() / times;
        // A caller waits for its first change first. In this order it wakes up once, when the others are complete.
        for (int i = whole - 1; i >= 0; i--) {
            changes.get(i).answer().complete(0);
        }
        if (result == 0 || keys.done() % times == 0) {
            return new BatchResult(result, whole);
        }
        repeat(changes.get(whole)); // its first update has changed the slot
        changes.get(whole).answer().complete(0);
        return new BatchResult(0, whole + 1);
    }

    /**
     * Makes the second update of a change: see {@link #timesInBatch}. The change itself is made, whether or not this call succeeds. If it does not, a program that looks for this key may count for the next one, so the displaced map is in doubt.
     */
    private void repeat(SlotChange change) {
        boolean isRepeated = false;
        try (Scratch scratch = Scratch.take(outer.shape().keySize())) {
            change.slot().writeTo(scratch.block(), 0);
            isRepeated =
                    outer.update(scratch.block(), 0, Objects.requireNonNull(change.incomingMap()), RawMap.ANY) == 0;
        } catch (BpfException e) {
            // The displaced map is in doubt.
        }
        if (!isRepeated) {
            change.doubt();
        }
    }

    /**
     * How often a batch makes each of its updates. If an update lets the next one use the memory of the replaced entry, the second update
     * with the same map keeps this memory for its key. So a program that is interrupted in its lookup finds no other key's map. (On Linux
     * 6.12, 33 of 11.5 million lookups found another key's map with one update, and none of 10.7 million with two.)
     */
    private int timesInBatch(SlotChange change) {
        return change.incomingMap() != null && outer.reusesReplacedEntries() ? 2 : 1;
    }

    private void sendEach(List<SlotChange> calls) {
        if (calls.size() == 1 && batches != Batches.UNUSABLE) {
            sendSingle(calls.get(0));
        } else {
            sendInParallel(calls);
        }
    }

    /** Sends each call on a thread of its own, so that they share a grace period. Returns when all have ended, as the turn ends then. */
    private void sendInParallel(List<SlotChange> calls) {
        CompletableFuture.allOf(calls.stream()
                        .map(call -> CompletableFuture.runAsync(() -> sendSingle(call), singleThreads))
                        .toArray(CompletableFuture<?>[]::new))
                .join(); // an interrupt does not end the wait
    }

    private int sendSingle(SlotChange call) {
        int keySize = outer.shape().keySize();
        try (Scratch scratch = Scratch.take(keySize)) {
            if (!kernelChecksCondition() && checkConditions(List.of(call)).isEmpty()) {
                return call.result();
            }
            call.slot().writeTo(scratch.block(), 0);
            call.answer().complete(observed(call, 1, () -> makeCall(scratch.block(), call), () -> 0));
        } catch (RuntimeException e) { // the other calls continue
            fail(call, e);
        }
        return call.result();
    }

    /**
     * Makes a system call that listeners learn of. The thread that waits for a change reports it to them, because all changes of the map
     * wait for the thread of this queue.
     *
     * @param reporting the change whose thread reports the call
     * @param count the number of changes
     * @param done the number of changes that were made if the call fails
     */
    private int observed(SlotChange reporting, int count, IntSupplier call, IntSupplier done) {
        RunningOperation observation =
                RunningOperation.start(Operation.Kind.PUBLISH, outer.shape().name());
        observation.result(0, 1); // unless the call returns
        try {
            int result = call.getAsInt();
            observation.result(result == 0 ? count : done.getAsInt(), result == 0 ? 0 : 1);
            return result;
        } finally {
            observation.stop();
            reporting.reportLater(observation);
        }
    }

    /**
     * Makes the system call, which returns after the programs that may have found the outgoing map have ended (the kernel's {@code
     * maybe_wait_bpf_programs}). Returns 0 or a negative errno.
     */
    private int makeCall(OffHeapBlock key, SlotChange call) {
        RawMap inner = call.incomingMap();
        if (inner == null) {
            return outer.delete(key, 0);
        }
        long flags = outer.shape().kind() == MapKind.ARRAY_OF_MAPS ? RawMap.ANY : call.condition();
        return outer.update(key, 0, inner, flags);
    }

    /**
     * Makes one system call for all of these calls, without their conditions. Afterwards {@link Batch#done} is the number of entries
     * that have changed. Returns 0 or a negative errno.
     */
    private int makeBatchCall(Batch keys, List<SlotChange> calls) {
        List<RawMap> inners = calls.stream()
                .map(SlotChange::incomingMap)
                .filter(Objects::nonNull)
                .toList();
        return inners.isEmpty() ? outer.batch(BatchCommand.DELETE, keys) : outer.updateBatch(keys, inners);
    }

    /** Whether the kernel checks the condition of a single call. In an array of maps it accepts {@code BPF_ANY} only. */
    private boolean kernelChecksCondition() {
        return outer.shape().kind() == MapKind.HASH_OF_MAPS;
    }

    /**
     * Checks the conditions of updates where the kernel does not, just before the update. Only another process can change the slots in
     * between. If a condition is not met, completes the update with the errno that the kernel would return. If the slots can't be read, only
     * the updates with a condition fail: the others may be those of other callers.
     *
     * @return the updates to send
     */
    private List<SlotChange> checkConditions(List<SlotChange> updates) {
        List<SlotChange> checked = updates.stream()
                .filter(update -> update.condition() != RawMap.ANY)
                .toList();
        if (checked.isEmpty()) {
            return updates;
        }
        try {
            ToIntFunction<SlotKey> ids = OuterSlots.idsOf(
                    outer, checked.stream().map(SlotChange::slot).toList());
            checked.forEach(update -> checkCondition(update, ids));
        } catch (RuntimeException e) {
            checked.forEach(update -> fail(update, e));
        }
        return updates.stream().filter(update -> !update.answer().isAnswered()).toList();
    }

    private void checkCondition(SlotChange update, ToIntFunction<SlotKey> ids) {
        try {
            boolean exists = ids.applyAsInt(update.slot()) != 0;
            if (exists != (update.condition() == RawMap.EXIST)) {
                update.answer().complete(exists ? -EEXIST : -ENOENT);
            }
        } catch (RuntimeException e) { // the slots of other updates may be readable
            fail(update, e);
        }
    }

    private static Executor executor(OpenMap outer, String operation, int threads) {
        String name = "nestmap-" + operation + "-" + outer.shape().name();
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(() -> outer.failure().during(task), name);
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
