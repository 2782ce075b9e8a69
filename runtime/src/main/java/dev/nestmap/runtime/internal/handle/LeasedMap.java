/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.map.EntryTypes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.NestCopy;
import dev.nestmap.runtime.internal.map.NestReader;
import dev.nestmap.runtime.internal.map.OuterTypes;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.ReadBatch;
import dev.nestmap.runtime.internal.map.SlotOperations;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.map.WriteBatch;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.SharedMemory;
import dev.nestmap.schema.MapKind;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A handle to a map that can be revoked at any time. Passes each operation on to the raw map while the handle is valid; afterwards
 * each operation throws. {@link RevocableHandle} describes who closes the map.
 */
public final class LeasedMap extends RevocableHandle implements RawMap {
    /** The result of {@link #lookupIfValid} if the handle is revoked. No errno has this value. */
    public static final int REVOKED = Integer.MIN_VALUE;

    private volatile @Nullable SlotOrigin origin;
    private volatile boolean isDuplicated;

    /**
     * Creates the first handle of this process to a map.
     *
     * @param name the map's declared name; the kernel keeps only its first 15 bytes
     */
    public LeasedMap(String name, RawMap raw) {
        this(name, raw, new AtomicInteger());
    }

    /**
     * Creates the first handle of this process to a map of an object.
     *
     * @param references the initial {@link #references}
     */
    public LeasedMap(String name, RawMap raw, AtomicInteger references) {
        super(raw.shape().withName(name), raw, references);
    }

    /** Creates another handle to a map, for a raw map that no other valid handle has. */
    LeasedMap(LeasedMap other, RawMap raw) {
        this(other.shape.name(), raw, other.references());
        isDuplicated = other.isDuplicated;
    }

    /** Returns this handle and watches it: if it becomes garbage before it is closed, its map is closed and a warning is logged. */
    public LeasedMap watched() {
        watch();
        return this;
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

    /** The slot that this map was taken out of; null if it was not taken out of one. */
    public @Nullable SlotOrigin origin() {
        return origin;
    }

    /** Remembers the slot that this map was taken out of, and returns this handle. */
    public LeasedMap takenOutOf(SlotOrigin slot) {
        origin = slot;
        return this;
    }

    @Override
    public int valueBytes() {
        return raw.valueBytes();
    }

    @Override
    public @Nullable EntryTypes types() {
        return whileValid(raw::types);
    }

    @Override
    public @Nullable OuterTypes outerTypes() {
        return whileValid(raw::outerTypes);
    }

    // Each operation on entries has its own try block instead of a lambda, so that it allocates nothing.

    @Override
    public int lookup(Block block, int keyAt, int valueAt, long flags) {
        enter();
        try {
            return raw.lookup(block, keyAt, valueAt, flags);
        } finally {
            lease.exit();
        }
    }

    /** Does the same as {@link #lookup}, but returns {@link #REVOKED} instead of throwing if the handle is revoked. */
    public int lookupIfValid(Block block, int keyAt, int valueAt, long flags) {
        if (!tryEnter()) {
            return REVOKED;
        }
        try {
            return raw.lookup(block, keyAt, valueAt, flags);
        } finally {
            lease.exit();
        }
    }

    @Override
    public boolean lookupAll(Block requests, int count) {
        enter();
        try {
            return raw.lookupAll(requests, count);
        } finally {
            lease.exit();
        }
    }

    /** Looks up entries of inner maps of this outer map. See {@link NestReader#lookup}. */
    public boolean lookupThrough(NestReader reader, Block requests, int count) {
        enter();
        try {
            return reader.lookup(requests, count);
        } finally {
            lease.exit();
        }
    }

    /** Copies entries of inner maps of this outer map. See {@link NestReader#copy}. */
    public boolean copyThrough(NestReader reader, NestCopy copy) {
        enter();
        try {
            return reader.copy(copy);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int update(Block block, int keyAt, int valueAt, long flags) {
        enter();
        try {
            return raw.update(block, keyAt, valueAt, flags);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int lookupAndDelete(Block block, int keyAt, int valueAt, long flags) {
        enter();
        try {
            return raw.lookupAndDelete(block, keyAt, valueAt, flags);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int delete(Block block, int keyAt) {
        enter();
        try {
            return raw.delete(block, keyAt);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int nextKey(Block block, int keyAt, int nextAt) {
        enter();
        try {
            return raw.nextKey(block, keyAt, nextAt);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int lookupBatch(ReadBatch batch) {
        return whileValid(() -> raw.lookupBatch(batch));
    }

    @Override
    public int lookupAndDeleteBatch(ReadBatch batch) {
        return whileValid(() -> raw.lookupAndDeleteBatch(batch));
    }

    @Override
    public int updateBatch(WriteBatch batch) {
        return whileValid(() -> raw.updateBatch(batch));
    }

    @Override
    public int deleteBatch(WriteBatch keys) {
        return whileValid(() -> raw.deleteBatch(keys));
    }

    @Override
    public SlotOperations slots() {
        return new LeasedSlots(this);
    }

    @Override
    public StreamOperations stream() {
        return new LeasedStream(this);
    }

    @Override
    public SharedMemory mmap(boolean writable) {
        return whileValid(() -> raw.mmap(writable));
    }

    @Override
    public LeasedMap duplicate() {
        return whileValid(() -> {
            RawMap copy = raw.duplicate();
            isDuplicated = true; // before the call ends, and before a slot of another outer map can hold the map
            return new LeasedMap(this, copy);
        });
    }

    /** Revokes the handle until the handover to another owner ends. */
    public Handover handOver(String why) {
        beginHandover(why);
        return new Handover(this);
    }

    /** Whether there was ever another handle of this process to the same map, through which the map may be in other slots. */
    public boolean isDuplicated() {
        return isDuplicated;
    }

    /** Attaches a program to this map: an iterator, or a program for a map of sockets. */
    public Link attach(LoadedProgram program) {
        return whileValid(() -> program.attachTo(raw));
    }

    /** Runs an action that writes to the map's shared memory. A thread that revokes the handle waits for it. */
    public void writing(Runnable write) {
        enter();
        try {
            write.run();
        } finally {
            lease.exit();
        }
    }

    /**
     * Runs an action during which the handle stays valid. The action makes kernel calls only, so that a thread that revokes the handle
     * does not wait long.
     */
    public <T> T whileValid(Supplier<T> action) {
        enter();
        try {
            return action.get();
        } finally {
            lease.exit();
        }
    }

    /**
     * Closes the descriptor until the next call, if no call is under way, there was never another handle to the map, and it has no open
     * buffers. Something else must keep the map alive.
     */
    public boolean suspendIfIdle() {
        if (!lease.suspendIfIdle()) {
            return false;
        }
        if (isDuplicated || hasBuffers()) { // by a call that ended just before
            if (lease.resume()) {
                lease.exit();
            }
            return false;
        }
        raw.close();
        return true;
    }

    /** Whether it is an array of perf events that is open: its buffers, and the events in them, end with the raw map. */
    private boolean hasBuffers() {
        return raw.shape().kind() == MapKind.PERF_EVENT_ARRAY && raw.stream().bufferSize() > 0;
    }

    /**
     * Takes over the descriptor of another raw map of the same map, makes this suspended handle valid, and begins a call. The caller
     * makes sure that no other thread resumes or revokes this handle meanwhile.
     */
    public void resume(RawMap same) {
        raw.reopen(same);
        lease.resume();
    }

    /** Returns whether a call through this handle began since this method was called last. */
    public boolean takeUsed() {
        return lease.takeUsed();
    }

    /** Runs an action during which the handle stays valid, like {@link #whileValid}. Returns false if the handle is revoked. */
    public boolean callIfValid(BooleanSupplier action) {
        if (!tryEnter()) {
            return false;
        }
        try {
            return action.getAsBoolean();
        } finally {
            lease.exit();
        }
    }

    /** Revokes this handle and returns a new one to the same map, which the caller owns. */
    public LeasedMap moveToNewHandle(String why) {
        return new LeasedMap(this, release(why));
    }

    @Override
    public void close() {
        close("it was closed");
    }
}
