/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.schema.MapKind;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A handle to an open map, which the owner of the map can revoke, close or leave at any time. The package describes the owners.
 */
public final class OpenMap extends GatedMap {
    private final AtomicInteger references;
    private final LeakedMap leak;

    /** Guarded by this object's monitor, which a thread holds only briefly, never during a system call. */
    private boolean isValid = true;

    private volatile String reason = "";
    private volatile @Nullable FormerSlot origin;
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

    /**
     * Creates the first handle of this process to a map.
     *
     * @param name the map's declared name; the kernel keeps only its first 15 bytes
     */
    public OpenMap(String name, RawMap raw) {
        this(name, raw, new AtomicInteger(), new ObjectFailure());
    }

    /** Creates the first handle of this process to an inner map. */
    public OpenMap(String name, RawMap raw, ObjectFailure failure) {
        this(name, raw, new AtomicInteger(), failure);
    }

    /**
     * Creates the first handle of this process to a map of an object.
     *
     * @param references the initial {@link #references}
     * @param failure shared by all maps of the object
     */
    public OpenMap(String name, RawMap raw, AtomicInteger references, ObjectFailure failure) {
        this(name, raw, references, new AtomicBoolean(), failure);
    }

    /**
     * Creates the next handle of this process to a map.
     *
     * @param references the {@link #references} of the handle before
     * @param reduced its {@link #reduced}
     * @param failure shared by all maps of the object
     */
    public OpenMap(String name, RawMap raw, AtomicInteger references, AtomicBoolean reduced, ObjectFailure failure) {
        super(name, raw, reduced, failure);
        this.references = references;
        this.leak = new LeakedMap(name, raw, gate, failure);
    }

    /** Creates another handle to a map, for a raw map that no other valid handle has. */
    OpenMap(OpenMap other, RawMap raw) {
        this(other.shape().name(), raw, other.references(), other.reduced(), other.failure());
        if (other.isDuplicated()) {
            setDuplicated();
        }
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
        if (entries >= shape().maxEntries() && shape().kind().keyRule() != MapKind.KeyRule.INDEX) {
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

    /** Remembers the slot that this map was taken out of, and returns this handle. */
    public OpenMap takenOutOf(FormerSlot slot) {
        origin = slot;
        return this;
    }

    @Override
    public InvalidHandleException invalid() {
        InvalidHandleException failed = failure().exception(shape().name());
        if (failed != null) {
            return failed;
        }
        InvalidHandleException invalid = new InvalidHandleException(shape().name(), reason);
        if (warnsIfUsed) { // in a task for another thread, whose exceptions perhaps nobody reads
            WarningLog.RUNTIME.warn(
                    "uses of drained maps of " + shape().name(),
                    "a thread wanted to read a drained map after its drain had acknowledged it, so the counts are lost unless they were stored before: "
                            + invalid.getMessage(),
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
            setDuplicated(); // before the call ends, and before a slot of another outer map can hold the map
            return new OpenMap(this, copy);
        });
    }

    /** Attaches a program to this map of sockets. */
    public Link attach(LoadedProgram program) {
        return whileValid(() -> program.attachTo(raw));
    }

    /**
     * The number of references through which programs find the map, as far as this process knows: each slot of an outer map counts
     * as one, and so does the map's own name in an object. All handles to one map share the count.
     */
    public AtomicInteger references() {
        return references;
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
        return closeIfValid(why, () -> {});
    }

    /**
     * Does the same as {@link #close(String)}, and returns whether the handle was valid before.
     *
     * @param whenRevoked called if it was valid, before the map is closed or recycled. If it throws, the map is closed
     */
    public boolean closeIfValid(String why, Runnable whenRevoked) {
        if (!invalidate(why)) {
            return false;
        }
        boolean hasRun = false;
        try {
            whenRevoked.run();
            hasRun = true;
        } finally {
            if (!hasRun) {
                leak.close();
            }
        }
        Recycler offered = isDuplicated() || references.get() > 0 ? null : recycler;
        if (offered == null) {
            leak.close();
        } else {
            recycle(offered);
        }
        return true;
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

    /**
     * Ends the pin first: then the map is lost with this process, like one that is closed, and is not recovered after it was cleared.
     */
    private void recycle(Recycler offered) {
        boolean isRecycled = false;
        try {
            leak.ending().released();
            isRecycled = offered.recycle(raw, isEmptied());
        } finally {
            if (!isRecycled) {
                raw.close();
            }
        }
    }

    /** Revokes this handle, and returns its map, which the caller owns. */
    public RawMap release(String why) {
        if (!invalidate(why)) {
            throw invalid();
        }
        return raw;
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
}
