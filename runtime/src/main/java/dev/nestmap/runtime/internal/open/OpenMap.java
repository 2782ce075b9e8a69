/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.log.WarningLog;
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
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A handle to an open map, which the owner of the map can revoke, close or leave at any time. The package describes the owners.
 *
 * <p>It passes each operation on to a raw map, behind a gate. A revocation waits for calls in progress, and later calls throw. So no thread
 * uses a file descriptor after it is closed, when the kernel may have given its number to another file.
 */
public final class OpenMap implements RawMap, StreamOperations {
    /** The result of {@link #lookupIfValid} if the handle is revoked. No errno has this value. */
    public static final int REVOKED = Integer.MIN_VALUE;

    final CallGate gate;
    private final RawMap raw;
    private final Uses uses;
    private final ObjectFailure failure;

    /** The map's shape with its declared name. */
    private final MapShape shape;

    private final LeakedMap leak;

    /** Whether a batch has taken all entries, and no other call was under way. If none has begun since then, the map is empty. */
    private volatile boolean emptied;

    /** Guarded by this object's monitor, which a thread holds only briefly, never during a system call. */
    private boolean isValid = true;

    private volatile String reason = "";
    private volatile @Nullable FormerSlot origin;
    private volatile @Nullable FormerVersion former;
    private volatile @Nullable Recycler recycler;

    /** The most entries that a scan has read from the first to the last. */
    private volatile long scanned;

    private volatile boolean wasFull;
    private volatile boolean wasRead;
    private volatile boolean warnsIfUsed;

    private volatile Supplier<@Nullable Long> lostEvents = () -> null;

    /** The outer map's handle that lent this one, or the object that owns the map. The reference keeps it from becoming garbage. */
    @SuppressWarnings("UnusedVariable") // it only needs to be reachable
    private @Nullable Object owner;

    /** What this process knows of the uses of a map. All its handles to the map share it. */
    public static final class Uses {
        private volatile boolean reduced;
        private volatile boolean isDuplicated;

        /** Whether this process may have removed entries: through this handle, or through another one that there was at the same time. */
        public boolean mayHaveReduced() {
            return reduced || isDuplicated;
        }
    }

    /**
     * Creates the first handle of this process to a map.
     *
     * @param name the map's declared name; the kernel keeps only its first 15 bytes
     */
    public OpenMap(String name, RawMap raw) {
        this(name, raw, new ObjectFailure());
    }

    /**
     * Creates the first handle of this process to a map of an object.
     *
     * @param failure shared by all maps of the object
     */
    public OpenMap(String name, RawMap raw, ObjectFailure failure) {
        this(name, raw, new Uses(), failure);
    }

    /** Creates the next handle of this process to a map, for a raw map that no other valid handle has. */
    public OpenMap(String name, RawMap raw, Uses uses, ObjectFailure failure) {
        this.uses = uses;
        this.failure = failure;
        this.gate = new CallGate(failure);
        this.shape = raw.shape().withName(name);
        this.raw = raw;
        this.leak = new LeakedMap(name, raw, gate, failure);
    }

    /** Returns this handle and watches it: if it becomes garbage before it is closed, its map is closed and a warning is logged. */
    public OpenMap watched() {
        leak.watch(this);
        return this;
    }

    @Override
    public void read(long entries, boolean isComplete) {
        if (origin == null) {
            return;
        }
        if (isComplete) {
            wasRead = true;
            scanned = Math.max(scanned, entries);
        }
        if (entries >= shape.maxEntries() && shape.kind().keyRule() != MapKind.KeyRule.INDEX) {
            wasFull = true;
        }
    }

    /** Whether a scan through this handle has read as many entries as the map can have. */
    public boolean wasFull() {
        return wasFull;
    }

    /** Whether a scan through this handle has come to the last entry. */
    public boolean wasRead() {
        return wasRead;
    }

    /** Sets where to read how many events programs could not write to this map. */
    public void countLostEvents(Supplier<@Nullable Long> count) {
        lostEvents = count;
    }

    /** Reads how many events programs could not write to this map; null if they do not count them. */
    public @Nullable Long lostEvents() {
        return whileValid(lostEvents);
    }

    /** The most entries that a scan through this handle has read; 0 if none has come to the last entry. */
    public long scanned() {
        return scanned;
    }

    /** The slot that this map was taken out of; null if it was not taken out of one. */
    public @Nullable FormerSlot origin() {
        return origin;
    }

    /** The slot that this map was taken out of. */
    public FormerSlot requireOrigin() {
        return Objects.requireNonNull(origin, "the map was taken out of a slot");
    }

    /** The version of this displaced map, if it is another one than that of its outer map; otherwise null. */
    public @Nullable FormerVersion former() {
        return former;
    }

    /** Notes that this displaced map is of another version than its outer map. */
    public void setFormer(FormerVersion version) {
        former = version;
    }

    /** The shape of the map in which programs have counted: this one, unless a drain has converted its entries. */
    public MapShape countedShape() {
        FormerVersion version = former;
        return version == null ? shape() : version.shape();
    }

    /** Remembers the slot that this map was taken out of, and returns this handle. */
    public OpenMap takenOutOf(FormerSlot slot) {
        origin = slot;
        return this;
    }

    /** The exception for a call through the revoked handle. */
    public InvalidHandleException invalid() {
        InvalidHandleException failed = failure.exception(shape.name());
        if (failed != null) {
            return failed;
        }
        InvalidHandleException invalid = new InvalidHandleException(shape.name(), reason);
        if (warnsIfUsed) { // in a task for another thread, whose exceptions perhaps nobody reads
            WarningLog.RUNTIME.warn(
                    "uses of drained maps of " + shape.name(),
                    ErrorTable.message("USE_OF_DRAINED_MAP", invalid.getMessage()),
                    invalid);
        }
        return invalid;
    }

    /** Logs a warning if the handle is used after it has ended. */
    public void warnIfUsed() {
        warnsIfUsed = true;
    }

    @Override
    public OpenMap duplicate() {
        return whileValid(() -> {
            RawMap copy = raw.duplicate();
            uses.isDuplicated = true; // before the call ends
            return new OpenMap(shape.name(), copy, uses, failure);
        });
    }

    /** Attaches a program to this map of sockets. */
    public Link attach(LoadedProgram program) {
        return whileValid(() -> program.attachTo(raw));
    }

    /** What this process knows of the uses of the map. */
    public Uses uses() {
        return uses;
    }

    /** Uses displaced maps again that were acknowledged or discarded. */
    public interface Recycler {
        /**
         * Takes over a map that this process does not use any more.
         *
         * @param isEmptied whether the last call through the handle has taken all entries, and no other call could add one meanwhile
         * @return false if the map must be closed
         */
        boolean recycle(RawMap map, boolean isEmptied);
    }

    /** Offers the map to a recycler when its ticket was acknowledged or discarded and this process knows of no other use of the map. */
    public void recycleWith(Recycler given) {
        recycler = given;
    }

    /** Sets what happens to the map when this handle ends. Replaces {@link HandleEndAction#CLOSE}. */
    public void endWith(HandleEndAction ending) {
        leak.endWith(ending);
    }

    /** What happens to the map when this handle ends. */
    public HandleEndAction ending() {
        return leak.ending();
    }

    /** The resources to free when this handle has become garbage, unless something else has freed them. */
    public HandleLeakWatch leak() {
        return leak;
    }

    /** Keeps the object or the outer map that owns the map from becoming garbage before this handle. */
    public void keepReachable(Object object) {
        owner = object;
    }

    /** Revokes the handle and leaves the map open for its owner. */
    public void revoke(String why) {
        invalidate(why);
    }

    /** Revokes the handle and closes the map. Does nothing if the handle was revoked before or its map has a new owner. */
    public void close(String why) {
        closeIfValid(why);
    }

    /** Does the same as {@link #close(String)}, and returns whether the handle was valid before. */
    public boolean closeIfValid(String why) {
        boolean wasValid = invalidate(why);
        if (wasValid) {
            leak.close(this::closeOrRecycle);
        }
        return wasValid;
    }

    private void closeOrRecycle() {
        Recycler offered = uses.isDuplicated ? null : recycler;
        if (offered == null || !offered.recycle(raw, isEmptied())) {
            raw.close();
        }
    }

    /**
     * Revokes the handle and gives the map to its {@linkplain #endWith end action}, which keeps it. Does nothing if the handle was revoked
     * before or its map has a new owner.
     *
     * @return false, and the handle stays valid, if the end action does not keep the map
     */
    public boolean leave(String why) {
        if (!leak.ending().keepsMap()) {
            return false;
        }
        if (invalidate(why)) {
            leak.leave();
        }
        return true;
    }

    @Override
    public void close() {
        close("it was closed");
    }

    /** Revokes this handle, and returns its map, which the caller owns; null if the handle was revoked before. */
    public @Nullable RawMap release(String why) {
        return invalidate(why) ? raw : null;
    }

    /**
     * Revokes the handle and waits for calls that are under way. Returns whether the handle was valid before: then the caller closes the map or
     * passes it on.
     */
    private boolean invalidate(String why) {
        boolean wasValid;
        synchronized (this) {
            wasValid = isValid;
            if (wasValid) {
                reason = why;
                isValid = false;
            }
        }
        revokeGate();
        if (wasValid) {
            leak.stopWatching();
        }
        return wasValid;
    }

    /** Whether the object of the map has failed. */
    public ObjectFailure failure() {
        return failure;
    }

    /**
     * Runs an operation on maps of the object. If a {@code VirtualMachineError} ends it, the object has failed.
     *
     * @throws InvalidHandleException if the object has failed before
     */
    public <T extends @Nullable Object> T operation(Supplier<T> action) {
        if (failure.hasFailed()) {
            throw invalid();
        }
        return failure.during(action);
    }

    /** Notes the error that has ended a call, and returns it. */
    VirtualMachineError failed(VirtualMachineError e) {
        failure.note(e);
        return e;
    }

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

    /** An operation of the raw map. The lambdas for it capture nothing, so that a call allocates nothing. */
    private interface Operation {
        int run(OpenMap map, OffHeapBlock block, int at, int otherAt, long flags);
    }

    private int run(Operation operation, OffHeapBlock block, int at, int otherAt, long flags) {
        enter();
        try {
            return operation.run(this, block, at, otherAt, flags);
        } catch (VirtualMachineError e) {
            throw failed(e);
        } finally {
            gate.exit();
        }
    }

    @Override
    public int lookup(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        return run((map, at, key, value, how) -> map.raw.lookup(at, key, value, how), block, keyAt, valueAt, flags);
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
        return run((map, at, key, value, how) -> map.raw.update(at, key, value, how), block, keyAt, valueAt, flags);
    }

    @Override
    public int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        Operation operation = (map, at, key, value, how) -> {
            map.reduces();
            return map.raw.lookupAndDelete(at, key, value, how);
        };
        return run(operation, block, keyAt, valueAt, flags);
    }

    @Override
    public int delete(OffHeapBlock block, int keyAt) {
        Operation operation = (map, at, key, value, how) -> {
            map.reduces();
            return map.raw.delete(at, key);
        };
        return run(operation, block, keyAt, 0, 0);
    }

    @Override
    public int nextKey(OffHeapBlock block, int keyAt, int nextAt) {
        return run((map, at, key, next, how) -> map.raw.nextKey(at, key, next), block, keyAt, nextAt, 0);
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
        return whileValid(raw::sharesGracePeriods);
    }

    @Override
    public boolean reusesReplacedEntries() {
        return whileValid(raw::reusesReplacedEntries);
    }

    @Override
    public StreamOperations stream() {
        return this;
    }

    @Override
    public int take(OffHeapBlock to) {
        return takeOut((map, at, size, unused, none) -> map.raw.stream().take(at), to, 0);
    }

    @Override
    public int takeMany(OffHeapBlock to, int usual) {
        return takeOut((map, at, size, unused, none) -> map.raw.stream().takeMany(at, size), to, usual);
    }

    private int takeOut(Operation operation, OffHeapBlock to, int size) {
        try {
            return run(operation, to, size, 0, 0);
        } catch (BpfException e) {
            throw OperationListeners.leaving(e);
        }
    }

    @Override
    public int put(OffHeapBlock from, int size) {
        return run((map, at, bytes, unused, none) -> map.raw.stream().put(at, bytes), from, size, 0, 0);
    }

    /** Works after a revocation too: then the map's new owner gets the records. */
    @Override
    public void giveBack(OffHeapBlock from, int at, int end) {
        raw.stream().giveBack(from, at, end);
        EventWait.wake(raw);
    }

    @Override
    public void openBuffers(int bytesPerCpu) {
        buffers(stream -> {
            stream.openBuffers(bytesPerCpu);
            return true;
        });
    }

    @Override
    public int bufferSize() {
        return buffers(StreamOperations::bufferSize);
    }

    @Override
    public long takeLost() {
        return buffers(StreamOperations::takeLost);
    }

    private <T> T buffers(Function<StreamOperations, T> operation) {
        return OperationListeners.reporting(() -> whileValid(() -> operation.apply(raw.stream())));
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

    /** Before a call that may remove entries. */
    private void reduces() {
        if (!uses.reduced) {
            uses.reduced = true;
        }
    }

    /** Whether the last call has taken all entries, and no other call could add one since. */
    private boolean isEmptied() {
        return emptied && !gate.takeUsed();
    }

    /** The map behind the handle. Only the owner of the handle may use it, because it does not notice a revocation. */
    public RawMap raw() {
        return raw;
    }

    /** Rejects calls, and waits until those that are under way have ended. */
    private void revokeGate() {
        gate.reject();
        EventWait.wake(raw);
        gate.awaitCalls();
    }
}
