/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.observe.RunningOperation;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;

/**
 * Sends the updates of one outer map to the kernel, or its deletes. They share a grace period: since Linux 6.8 they are one batch, and before, system
 * calls of several threads, which end when they have been idle for a second. Only the thread that has the turn at the slots calls it.
 */
final class SlotChangeBatcher {
    /** Measured: a batch of this size still waits for a single grace period. */
    private static final int BATCH = 4096;

    private static final int BATCH_BYTES = 1 << 22;

    /** Before Linux 6.8 each element of a batch waits for a grace period, but threads that wait at the same time share one. */
    static final int THREADS = 64;

    /** A rejected element ends its batch. After this many rejections the other calls are sent one by one. */
    private static final int REJECTIONS = 4;

    private final OpenMap outer;
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

    /** @param singleThreads runs calls that are not in a batch, several at a time */
    SlotChangeBatcher(OpenMap outer, Executor singleThreads) {
        this.outer = outer;
        this.singleThreads = singleThreads;
    }

    /** Whether a batch waits for one grace period, as far as this is known. */
    boolean sharesGracePeriods() {
        return batches == Batches.SHARED;
    }

    /** Sends changes, and waits for the grace period. Each one has an answer then. */
    void send(List<SlotChange> calls) {
        int most = Math.max(1, Math.min(BATCH, BATCH_BYTES / (outer.shape().keySize() + Integer.BYTES)));
        for (int i = 0; i < calls.size(); i += most) {
            List<SlotChange> some = calls.subList(i, Math.min(i + most, calls.size()));
            try {
                sendSome(some);
            } catch (Throwable e) { // the changes of other callers go on
                some.forEach(call -> fail(call, e));
            }
        }
    }

    private void fail(SlotChange call, Throwable cause) {
        outer.failure().note(cause);
        call.fail(cause);
    }

    private void sendSome(List<SlotChange> calls) {
        if (calls.size() == 1) {
            sendSingle(calls.get(0));
            return;
        }
        if (batches == Batches.UNKNOWN) {
            batches = outer.sharesGracePeriods() ? Batches.SHARED : Batches.UNUSABLE;
        }
        if (batches == Batches.UNUSABLE) {
            sendInParallel(calls);
        } else {
            sendBatches(calls);
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
        changes.subList(0, whole).forEach(change -> change.answer(0));
        if (result == 0 || keys.done() % times == 0) {
            return new BatchResult(result, whole);
        }
        repeat(changes.get(whole)); // its first update has changed the slot
        changes.get(whole).answer(0);
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
        if (calls.size() == 1) {
            sendSingle(calls.get(0));
        } else {
            sendInParallel(calls);
        }
    }

    /** Sends each call on a thread of its own, so that they share a grace period. */
    private void sendInParallel(List<SlotChange> calls) {
        CompletableFuture.allOf(calls.stream()
                        .map(call -> CompletableFuture.runAsync(() -> sendSingle(call), singleThreads))
                        .toArray(CompletableFuture<?>[]::new))
                .join(); // an interrupt does not end the wait
    }

    private int sendSingle(SlotChange call) {
        int keySize = outer.shape().keySize();
        try (Scratch scratch = Scratch.take(keySize)) {
            call.slot().writeTo(scratch.block(), 0);
            call.answer(observed(call, 1, () -> makeCall(scratch.block(), call), () -> 0));
        } catch (RuntimeException e) { // the other calls continue
            fail(call, e);
        }
        return call.result();
    }

    /**
     * Makes a system call that listeners learn of. The caller of a change reports it to them after its turn, because all changes of the map wait for
     * the turn.
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
}
