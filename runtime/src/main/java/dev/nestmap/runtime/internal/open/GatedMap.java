/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.EntryCTypes;
import dev.nestmap.runtime.internal.map.InnerEntryBatch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.OuterEntryCTypes;
import dev.nestmap.runtime.internal.map.PossibleCpus;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.SharedArrayValues;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes each operation on to another raw map, behind a gate. A revocation waits for calls in progress, and later calls throw. So no thread
 * uses a file descriptor after it is closed, when the kernel may have given its number to another file.
 */
public abstract sealed class GatedMap implements RawMap permits OpenMap {
    /** The result of {@link #lookupIfValid} if the handle is revoked. No errno has this value. */
    public static final int REVOKED = Integer.MIN_VALUE;

    final CallGate gate;
    final RawMap raw;
    private final ObjectFailure failure;

    /** The map's shape with its declared name. */
    private final MapShape shape;

    private volatile boolean isDuplicated;

    /** Whether a batch has taken all entries, and no other call was under way. If none has begun since then, the map is empty. */
    private volatile boolean emptied;

    /** Whether this process has removed entries. All handles to one map share it, one after the other. */
    private final AtomicBoolean reduced;

    /**
     * @param name the map's declared name; the kernel keeps only its first 15 bytes
     * @param reduced the initial {@link #reduced}
     * @param failure shared by all maps of the object
     */
    GatedMap(String name, RawMap raw, AtomicBoolean reduced, ObjectFailure failure) {
        this.reduced = reduced;
        this.failure = failure;
        this.gate = new CallGate(failure);
        this.shape = raw.shape().withName(name);
        this.raw = raw;
    }

    /** Whether the object of the map has failed. */
    public final ObjectFailure failure() {
        return failure;
    }

    /**
     * Runs an operation on maps of the object. If a {@code VirtualMachineError} ends it, the object has failed.
     *
     * @throws InvalidHandleException if the object has failed before
     */
    public final <T extends @Nullable Object> T operation(Supplier<T> action) {
        if (failure.hasFailed()) {
            throw invalid();
        }
        return failure.during(action);
    }

    /** Notes the error that has ended a call, and returns it. */
    final VirtualMachineError failed(VirtualMachineError e) {
        failure.note(e);
        return e;
    }

    /** The exception for a call through the revoked handle. */
    public abstract InvalidHandleException invalid();

    @Override
    public MapShape shape() {
        return shape;
    }

    @Override
    public int id() {
        return raw.id();
    }

    @Override
    public UUID bootId() {
        return raw.bootId();
    }

    @Override
    public int valueBytes() {
        return raw.valueBytes();
    }

    @Override
    public PossibleCpus possibleCpus() {
        return raw.possibleCpus();
    }

    @Override
    public @Nullable EntryCTypes types() {
        return whileValid(raw::types);
    }

    @Override
    public List<OuterEntryCTypes> outerTypes() {
        return whileValid(raw::outerTypes);
    }

    @Override
    public List<OuterEntryCTypes> declarationsOf(MapShape outer) {
        return whileValid(() -> raw.declarationsOf(outer));
    }

    /**
     * Throws if the handle is revoked. Call it after each read of shared memory, because bytes that are read after the revocation
     * are meaningless.
     */
    public void checkValid() {
        if (gate.isRevoked()) {
            throw invalid();
        }
    }

    /** Begins a call through the handle, which ends with {@link CallGate#exit}. Throws if the handle is revoked. */
    void enter() {
        if (!gate.enter()) {
            throw invalid();
        }
    }

    // Each operation on entries has its own try block instead of a lambda, so that it allocates nothing.

    @Override
    public int lookup(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        enter();
        try {
            return raw.lookup(block, keyAt, valueAt, flags);
        } catch (VirtualMachineError e) {
            throw failed(e);
        } finally {
            gate.exit();
        }
    }

    /** Does the same as {@link #lookup}, but returns {@link #REVOKED} instead of throwing if the handle is revoked. */
    public int lookupIfValid(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        if (!gate.enter()) {
            return REVOKED;
        }
        try {
            return raw.lookup(block, keyAt, valueAt, flags);
        } catch (VirtualMachineError e) {
            throw failed(e);
        } finally {
            gate.exit();
        }
    }

    @Override
    public boolean lookupAll(QueryLayout layout, OffHeapBlock queries, int count) {
        enter();
        try {
            return raw.lookupAll(layout, queries, count);
        } catch (VirtualMachineError e) {
            throw failed(e);
        } finally {
            gate.exit();
        }
    }

    @Override
    public int copyBytes(QueryLayout layout, int maps) {
        return whileValid(() -> raw.copyBytes(layout, maps));
    }

    @Override
    public boolean copyAll(InnerEntryBatch copy) {
        return whileValid(() -> raw.copyAll(copy));
    }

    @Override
    public int update(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        enter();
        try {
            return raw.update(block, keyAt, valueAt, flags);
        } catch (VirtualMachineError e) {
            throw failed(e);
        } finally {
            gate.exit();
        }
    }

    @Override
    public int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        enter();
        try {
            reduces();
            return raw.lookupAndDelete(block, keyAt, valueAt, flags);
        } catch (VirtualMachineError e) {
            throw failed(e);
        } finally {
            gate.exit();
        }
    }

    @Override
    public int delete(OffHeapBlock block, int keyAt) {
        enter();
        try {
            reduces();
            return raw.delete(block, keyAt);
        } catch (VirtualMachineError e) {
            throw failed(e);
        } finally {
            gate.exit();
        }
    }

    @Override
    public int nextKey(OffHeapBlock block, int keyAt, int nextAt) {
        enter();
        try {
            return raw.nextKey(block, keyAt, nextAt);
        } catch (VirtualMachineError e) {
            throw failed(e);
        } finally {
            gate.exit();
        }
    }

    @Override
    public int batch(BatchCommand command, Batch batch) {
        enter();
        try {
            boolean takesAll = command == BatchCommand.LOOKUP_AND_DELETE && !batch.started() && gate.isOnlyCall();
            emptied = false;
            if (command != BatchCommand.LOOKUP && command != BatchCommand.UPDATE) {
                reduces();
            }
            int result = raw.batch(command, batch);
            emptied = takesAll && result == -ENOENT;
            return result;
        } catch (VirtualMachineError e) {
            throw failed(e);
        } finally {
            gate.exit();
        }
    }

    @Override
    public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
        return whileValid(() -> raw.update(block, keyAt, inner, flags));
    }

    @Override
    public int updateBatch(Batch keys, List<RawMap> inners) {
        return whileValid(() -> raw.updateBatch(keys, inners));
    }

    @Override
    public boolean sharesGracePeriods() {
        return whileValid(() -> raw.sharesGracePeriods());
    }

    @Override
    public boolean reusesReplacedEntries() {
        return whileValid(() -> raw.reusesReplacedEntries());
    }

    @Override
    public StreamOperations stream() {
        return new GatedStream(this);
    }

    @Override
    public SharedArrayValues mmap(boolean writable) {
        return whileValid(() -> raw.mmap(writable));
    }

    /** Runs an action that writes to the map's shared memory. A thread that revokes the handle waits for it. */
    public void writing(Runnable write) {
        enter();
        try {
            write.run();
        } catch (VirtualMachineError e) {
            throw failed(e);
        } finally {
            gate.exit();
        }
    }

    /**
     * Runs an action during which the handle stays valid. The action makes kernel calls only, so that a thread that revokes the handle
     * does not wait long.
     */
    public <T extends @Nullable Object> T whileValid(Supplier<T> action) {
        enter();
        try {
            return action.get();
        } catch (VirtualMachineError e) {
            throw failed(e);
        } finally {
            gate.exit();
        }
    }

    /** Whether there was ever another handle of this process to the same map, through which the map may be in other slots. */
    public final boolean isDuplicated() {
        return isDuplicated;
    }

    /** Remembers that there was another handle. */
    public final void setDuplicated() {
        isDuplicated = true;
    }

    /** Before a call that may remove entries. */
    private void reduces() {
        if (!reduced.get()) {
            reduced.set(true);
        }
    }

    /** Whether entries were removed through a handle that shares this. */
    public final AtomicBoolean reduced() {
        return reduced;
    }

    /** Whether this process may have removed entries: through this handle, or through another one. */
    public final boolean wasReduced() {
        return reduced.get() || isDuplicated;
    }

    /** Whether the last call has taken all entries, and no other call could add one since. */
    final boolean isEmptied() {
        return emptied && !gate.takeUsed();
    }

    /**
     * Runs an action during which the handle stays valid, like {@link #whileValid}. Returns false if the handle is revoked. Throws if the object
     * has failed: a caller that looks for another handle would find none.
     */
    public boolean callIfValid(BooleanSupplier action) {
        if (!gate.enter()) {
            if (failure.hasFailed()) {
                throw invalid();
            }
            return false;
        }
        try {
            return action.getAsBoolean();
        } catch (VirtualMachineError e) {
            throw failed(e);
        } finally {
            gate.exit();
        }
    }

    /** The map behind the handle. Only the owner of the handle may use it, because it does not notice a revocation. */
    public RawMap raw() {
        return raw;
    }

    /** Rejects calls, and waits until those that are under way have ended. */
    final void revokeGate() {
        gate.reject();
        EventWait.wake(raw);
        gate.awaitCalls();
    }
}
