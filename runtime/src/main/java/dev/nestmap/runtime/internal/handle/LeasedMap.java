/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.KeyBatch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.SharedMemory;
import dev.nestmap.runtime.program.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One way to a map, which can be cut off at any time: calls that are under way end first, later ones throw and say why. So a
 * file descriptor is closed only when nobody uses it and is used by nobody after that, when its number may be another file's.
 */
public final class LeasedMap implements RawMap {
    /** What {@link #lookupIfValid} answers when the handle is not valid any more; no errno. */
    public static final int REVOKED = Integer.MIN_VALUE;

    private final RawMap raw;
    private final MapShape shape;
    private final AtomicInteger places;
    private final Lease lease = new Lease();

    /** Guards the state, for moments only: no call waits in it. */
    private final ReentrantLock ownership = new ReentrantLock();

    private State state = State.VALID;
    private @Nullable HandleCleaner leak;
    /** Of a borrowed handle: keeps the outer map that owns the map from being taken for forgotten. */
    @SuppressWarnings("UnusedVariable") // being reachable by it is all
    private @Nullable LeasedMap outer;

    private volatile String reason = "";
    private volatile Runnable whenGone = () -> {};

    private enum State {
        VALID,
        /** On its way to another owner, see {@link Handover}. */
        MOVING,
        /** The same, and closed meanwhile: it is not to come back. */
        MOVING_AND_CLOSED,
        GONE
    }

    /**
     * A way to {@code raw}.
     *
     * @param name the map's name as it was declared; the kernel may have kept less of it
     */
    public LeasedMap(String name, RawMap raw) {
        this(name, raw, new AtomicInteger());
    }

    /**
     * One more way to a map.
     *
     * @param places at how many places of this process programs find the map: slots of outer maps, and its own name in an
     *     object. All ways to one map share the count.
     */
    public LeasedMap(String name, RawMap raw, AtomicInteger places) {
        MapShape seen = raw.shape();
        this.raw = raw;
        this.shape = seen.named(name);
        this.places = places;
    }

    /** A handle that is the caller's own: it is reported, and its map freed, if it becomes garbage before it is spent. */
    public LeasedMap watched() {
        leak = HandleCleaner.watch(this, raw, lease);
        return this;
    }

    /** Says what is to be freed with the map, should a handle that is {@link #watched} be forgotten. */
    public void whenForgotten(Runnable freeing) {
        if (leak != null) {
            leak.also(freeing);
        }
    }

    /** Says which outer map owns this one: while this handle is in use, that one is not forgotten. */
    public void lentBy(LeasedMap owner, ForgottenResources forgotten) {
        outer = owner;
        forgotten.add(id(), raw, lease);
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
    public int valueRoom() {
        return raw.valueRoom();
    }

    @Override
    public int lookup(Block block, int keyAt, int valueAt, long flags) {
        enter();
        try {
            return raw.lookup(block, keyAt, valueAt, flags);
        } finally {
            lease.exit();
        }
    }

    /** {@link #lookup}, but {@link #REVOKED} instead of an exception. */
    public int lookupIfValid(Block block, int keyAt, int valueAt) {
        if (!lease.enter()) {
            return REVOKED;
        }
        try {
            return raw.lookup(block, keyAt, valueAt);
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
    public int lookupBatch(Batch batch) {
        enter();
        try {
            return raw.lookupBatch(batch);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int lookupAndDeleteBatch(Batch batch) {
        enter();
        try {
            return raw.lookupAndDeleteBatch(batch);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int updateBatch(KeyBatch batch) {
        enter();
        try {
            return raw.updateBatch(batch);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int takeRecord(Block to) {
        enter();
        try {
            return raw.takeRecord(to);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int putRecord(Block from, int size) {
        enter();
        try {
            return raw.putRecord(from, size);
        } finally {
            lease.exit();
        }
    }

    @Override
    public void openEvents(int bytesPerCpu) {
        enter();
        try {
            raw.openEvents(bytesPerCpu);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int eventRoom() {
        return whileValid(raw::eventRoom);
    }

    @Override
    public long takeLost() {
        return whileValid(raw::takeLost);
    }

    /** {@link RawMap#awaitRecord} of those maps that are still valid. */
    static int awaitRecord(List<LeasedMap> maps, int millis) {
        List<LeasedMap> entered = new ArrayList<>();
        try {
            for (LeasedMap map : maps) {
                if (map.lease.enter()) {
                    entered.add(map);
                }
            }
            List<RawMap> raws = entered.stream().map(LeasedMap::raw).toList();
            return raws.isEmpty() ? 0 : raws.get(0).awaitRecord(raws.subList(1, raws.size()), millis);
        } finally {
            entered.forEach(map -> map.lease.exit());
        }
    }

    @Override
    public int updateInner(Block block, int keyAt, RawMap inner, long flags) {
        enter();
        try {
            return raw.updateInner(block, keyAt, inner, flags);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int updateInners(KeyBatch keys, List<RawMap> inners) {
        enter();
        try {
            return raw.updateInners(keys, inners);
        } finally {
            lease.exit();
        }
    }

    @Override
    public int deleteBatch(KeyBatch keys) {
        enter();
        try {
            return raw.deleteBatch(keys);
        } finally {
            lease.exit();
        }
    }

    @Override
    public SharedMemory mmap(boolean writable) {
        return whileValid(() -> raw.mmap(writable));
    }

    /** Writes to memory of the map that is shared: nobody does so any more when the handle has been cut off. */
    public void writing(Runnable write) {
        enter();
        try {
            write.run();
        } finally {
            lease.exit();
        }
    }

    /** Said after a read of memory of the map that is shared, which is of no use if the handle was cut off meanwhile. */
    public void checkValid() {
        if (lease.isRevoked()) {
            throw invalid();
        }
    }

    @Override
    public LeasedMap duplicate() {
        return whileValid(() -> new LeasedMap(shape.name(), raw.duplicate(), places));
    }

    /** Attaches a program to this map of sockets. */
    public Link attach(LoadedProgram program) {
        return whileValid(() -> program.attachTo(raw));
    }

    /** Does something while the handle can't be cut off; only kernel calls, so that who cuts it off need not wait long. */
    public <T> T whileValid(Supplier<T> action) {
        enter();
        try {
            return action.get();
        } finally {
            lease.exit();
        }
    }

    /** Cuts the handle off and leaves the map itself to its owner. */
    public void revoke(String why) {
        leave(why);
    }

    /** Cuts the handle off and closes the map, unless somebody has done so before or has taken the map over. */
    public void close(String why) {
        if (leave(why)) {
            raw.close();
            whenGone.run();
        }
    }

    /** Says what is to be done when the map is closed, or has come to somebody else. */
    public void whenGone(Runnable action) {
        whenGone = action;
    }

    @Override
    public void close() {
        close("it was closed");
    }

    /** Cuts the handle off and hands out another one to the map, which the caller then owns. */
    public LeasedMap moveOn(String why) {
        if (!leave(why)) {
            throw invalid();
        }
        return new LeasedMap(shape.name(), raw, places);
    }

    /** Cuts the handle off for now: the map is on its way to somebody else. Nobody writes through the handle meanwhile. */
    public Handover handOver(String why) {
        ownership.lock();
        try {
            if (state != State.VALID) {
                throw invalid();
            }
            state = State.MOVING;
            reason = why;
        } finally {
            ownership.unlock();
        }
        lease.revoke();
        return new Handover();
    }

    /** The map itself, for who owns it. */
    public RawMap raw() {
        return raw;
    }

    /** At how many places of this process programs find the map. */
    public AtomicInteger places() {
        return places;
    }

    /** What is thrown by who finds the handle cut off. */
    public InvalidHandleException invalid() {
        return new InvalidHandleException(shape.name(), reason);
    }

    /** The caller's is the map if this is true; nobody is in a call any more in any case. */
    private boolean leave(String why) {
        boolean mine;
        ownership.lock();
        try {
            mine = state == State.VALID;
            if (state == State.MOVING || state == State.MOVING_AND_CLOSED) {
                state = State.MOVING_AND_CLOSED;
                return false;
            }
            if (mine) {
                reason = why;
                state = State.GONE;
            }
        } finally {
            ownership.unlock();
        }
        lease.revoke();
        if (mine) {
            settled();
        }
        return mine;
    }

    private void settled() {
        HandleCleaner watching = leak;
        if (watching != null) {
            watching.settled();
        }
    }

    private void enter() {
        if (!lease.enter()) {
            throw invalid();
        }
    }

    /** A map on its way from this handle to another owner. It arrives, or it comes back. */
    public final class Handover {
        private Handover() {}

        public RawMap raw() {
            return raw;
        }

        public AtomicInteger places() {
            return places;
        }

        /** The new owner has the map. */
        public void arrived() {
            ownership.lock();
            try {
                state = State.GONE;
            } finally {
                ownership.unlock();
            }
            settled();
            whenGone.run();
        }

        /** The handle is valid again, unless it was closed meanwhile. */
        public void cameBack() {
            if (!isValidAgain()) {
                settled();
                raw.close();
                whenGone.run();
            }
        }

        private boolean isValidAgain() {
            ownership.lock();
            try {
                boolean closed = state == State.MOVING_AND_CLOSED;
                state = closed ? State.GONE : State.VALID;
                if (!closed) {
                    lease.reinstate(); // before anybody can close the handle: that is not to be taken back
                }
                return !closed;
            } finally {
                ownership.unlock();
            }
        }
    }
}
