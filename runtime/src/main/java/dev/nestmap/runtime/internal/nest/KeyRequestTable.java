/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.E2BIG;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.backend.MemoryBackend;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.HandleLeakWatch;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.schema.UncountedMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The maps in which programs record keys that they miss in an outer map: see {@link dev.nestmap.schema.KeyRequestMaps}.
 *
 * <p>A program that finds no inner map increments the count of its key in the table that is in the only slot of an array of maps. A rotation
 * of this slot waits for running programs, except sleepable ones. So the counts of a displaced table are final, each miss is in exactly one
 * table, and the table has the identity, the pin and the life of any displaced inner map.
 */
public final class KeyRequestTable {
    /** The only key of the slot of the tables. */
    private static final SlotKey ONLY = new SlotKey(0, new byte[Integer.BYTES]);

    private final Nest tables;

    /** Its number {@code UNREQUESTED} counts the misses whose keys could not be recorded. */
    private final UncountedTable lost;

    /** Held while a table leaves its slot or is acknowledged, so that {@link #pending} counts no table twice or not at all. */
    private final Mutex moving = new Mutex();

    /** Held while Java code in place of a program adds to a counter in memory. */
    private final Mutex counting = new Mutex();

    private final AtomicBoolean isServed = new AtomicBoolean();

    /** The table that a listener has now. */
    private @Nullable MissTable reporting;

    /** @param tables the array of maps with the table */
    public KeyRequestTable(Nest tables, UncountedTable lost) {
        this.tables = tables;
        this.lost = lost;
        tables.displaced.areReports();
    }

    /**
     * Puts a table into the slot, unless there is one. Without it, programs count all misses as lost.
     *
     * @throws BpfException if the table can't be created
     */
    public void create() {
        if (tables.slots().idOf(ONLY) == 0) {
            SlotChange change =
                    tables.create(List.of(ONLY), (slot, empty) -> {}).get(0);
            BpfException failure = change.failure();
            if (failure != null) { // but not if another process was faster
                throw failure;
            }
        }
    }

    /** Does the same before anybody uses the table, and leaves the ownership of the slot to the first who does. */
    public void prepare() {
        create();
        tables.giveUpOwnership();
    }

    /**
     * Finds the tables that earlier processes have displaced and not reported.
     *
     * @throws BpfException if another process owns the requests, or if nothing names the machine in identities
     */
    public void own() {
        create();
        tables.requireMachine();
        moving.holding(() -> tables.findEarlier(true));
    }

    /** Notes that a server of this process begins to report misses. Returns false if there is one already. */
    public boolean beginService() {
        return isServed.compareAndSet(false, true);
    }

    /** Notes that the server has ended. */
    public void endService() {
        isServed.set(false);
    }

    /** Whether a server of this process reports misses. */
    public boolean isServed() {
        return isServed.get();
    }

    /** The most keys that a table holds. */
    public long maxEntries() {
        return tables.innerShape().maxEntries();
    }

    /** Returns the keys that programs have missed since the last rotation, with the number of their misses. */
    public Map<SlotKey, Long> current() {
        return inCurrent(KeyRequestTable::read, Map.of());
    }

    /** Reads a table. The keys of the result are not decoded. */
    private static Map<SlotKey, Long> read(OpenMap table) {
        Map<SlotKey, Long> counts = new LinkedHashMap<>();
        for (BatchScan scan = new BatchScan(table); scan.next(); ) {
            Batch batch = scan.batch();
            for (int i = 0; i < batch.count(); i++) {
                byte[] key = batch.key(i);
                counts.put(
                        new SlotKey(HexFormat.of().formatHex(key), key),
                        batch.memory().bytes().getLong(batch.valueAt(i)));
            }
        }
        return counts;
    }

    /**
     * Passes the table that is in the slot to an action. Starts again if the table is rotated meanwhile.
     *
     * @param absent the result if the slot is empty
     */
    private <T> T inCurrent(Action<T> action, T absent) {
        while (true) {
            try (Scratch scratch = Scratch.take(tables.slots().idAt() + Integer.BYTES)) {
                ONLY.writeTo(scratch.block(), 0);
                SlottedInnerMap table = tables.slots().find(scratch.block(), ONLY.key());
                return table == null ? absent : action.on(table.map());
            } catch (InvalidHandleException e) {
                tables.outer.checkValid();
            }
        }
    }

    private interface Action<T> {
        T on(OpenMap table);
    }

    /**
     * Returns a table that left its slot and that nobody has reported; first those of earlier processes. Null if there is none.
     *
     * @param rotates whether to rotate the slot if no displaced table is left
     */
    public @Nullable MissTable next(boolean rotates) {
        return moving.holding(() -> {
            for (DisplacedMap waiting : tables.waiting()) {
                OpenMap owner = tables.open(waiting);
                if (owner != null) {
                    return report(owner);
                }
            }
            return rotates ? rotate() : null;
        });
    }

    private @Nullable MissTable rotate() {
        SlotChange change = tables.rotate(List.of(ONLY), tables.exactness().obstacle() == null)
                .get(0);
        OpenMap owner = change.displaced();
        if (owner != null) {
            return report(owner); // also if moving its pin has failed
        }
        BpfException failure = change.failure();
        if (failure != null) {
            throw failure;
        }
        create();
        return null;
    }

    private MissTable report(OpenMap owner) {
        MissTable table = new MissTable(tables, owner);
        reporting = table;
        return table;
    }

    /** Ends the report of a table. Its counts are stored. */
    public void acknowledge(MissTable table) {
        end(table, true);
    }

    /** Ends the report of a table. {@link #next} returns it again. */
    public void giveBack(MissTable table) {
        end(table, false);
    }

    /** A table of which nobody knows that its report has ended would keep all others from theirs. */
    private void end(MissTable table, boolean isStored) {
        moving.lock();
        try {
            if (isStored) {
                table.owner.closeIfValid("it was reported");
            } else {
                table.giveBack();
            }
        } finally {
            reporting = null;
            moving.unlock();
        }
    }

    /** A table that left its slot. */
    public static final class MissTable {
        private final Nest tables;
        private final OpenMap owner;
        private final Map<SlotKey, Long> counts;

        MissTable(Nest tables, OpenMap owner) {
            this.tables = tables;
            this.owner = owner;
            try {
                this.counts = read(owner);
            } catch (Throwable e) { // the table must wait
                owner.leave("it could not be read");
                throw e;
            }
        }

        /** Where the table was, and when it left its slot. */
        public FormerSlot origin() {
            return owner.requireOrigin();
        }

        /** The identity of the table. */
        public MapIdentity identity() {
            return tables.identity(owner.requireOrigin());
        }

        /** The keys, which are not decoded, and the final number of their misses. */
        public Map<SlotKey, Long> counts() {
            return counts;
        }

        /** Whether no program could add misses after the table had left the slot, neither of this process nor of the one that has displaced it. */
        public boolean isExact() {
            return tables.exactness().obstacle() == null && !origin().isUnchecked();
        }

        private void giveBack() {
            owner.leave("its report failed");
        }
    }

    /**
     * Counts the misses that nobody has reported: in the table in the slot, and in displaced tables.
     *
     * @throws BpfException if another process owns the requests
     */
    public long pending() {
        return moving.holding(() -> {
            tables.findEarlier(true);
            long sum = sum(current());
            MissTable now = reporting;
            if (now != null) {
                sum += sum(now.counts());
            }
            for (DisplacedMap waiting : tables.waiting()) {
                OpenMap owner = tables.open(waiting);
                if (owner != null) {
                    MissTable table = new MissTable(tables, owner);
                    table.giveBack();
                    sum += sum(table.counts());
                }
            }
            return sum;
        });
    }

    /** The identities of the displaced tables that are not acknowledged. */
    public List<MapIdentity> waiting() {
        return tables.displacedFrom().stream().map(tables::identity).toList();
    }

    private static long sum(Map<SlotKey, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Records a key like a program that misses it, but with count 0. Returns false if the table is full, or if the outer map can't have the
     * key. In memory, Java code in place of a program counts its misses.
     */
    boolean request(SlotKey slot, MapShape outer) {
        boolean isMiss = MemoryBackend.isProgram();
        boolean recorded = outer.canHold(slot.bytes()) && inCurrent(table -> record(table, slot, isMiss), false);
        if (isMiss && !recorded) {
            lost.increment(UncountedMap.Counter.UNREQUESTED);
        }
        return recorded;
    }

    private boolean record(OpenMap table, SlotKey slot, boolean isMiss) {
        CountMap counts = new CountMap(table);
        int result = counts.write(slot, 0, RawMap.NOEXIST);
        if (result != 0 && result != -EEXIST && result != -E2BIG) {
            throw MapOperation.UPDATE.failed(table.shape(), slot.key(), result);
        }
        if (isMiss && result != -E2BIG) { // if the map has left its slot meanwhile, throws and adds nothing
            counting.holding(() -> counts.put(slot, Math.max(0, counts.read(slot)) + 1));
        }
        return result != -E2BIG;
    }

    /** The number of misses that left no request, because the map was full or the key is beyond the last index of an array. */
    public long lost() {
        return lost.read(UncountedMap.Counter.UNREQUESTED);
    }

    /** The resource to free when the outer map's handle has become garbage. */
    HandleLeakWatch leak() {
        return tables.outer.leak();
    }

    /** Closes the maps. Does nothing if they belong to an object, because the object revokes their handles first and closes them itself. {@link Nest} closes the
     * map of the lost misses. */
    public void close(String reason) {
        if (tables.outer.closeIfValid(reason)) {
            tables.close(reason);
        }
    }
}
