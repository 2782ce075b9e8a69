/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.E2BIG;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;

import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.nest.OtherVersions.FormerMap;
import dev.nestmap.runtime.internal.open.FormerVersion;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.plan.MapPlan;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.types.ByteString;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.function.ObjIntConsumer;

/** Copies the entries of maps of the previous version to maps of the new version. */
record EntryCopier(MapShape oldShape, MapShape newShape, LayoutConverter keys, LayoutConverter values) {
    private static final String CONVERSION = "conversion of entries of another version";

    /** Copies as a plan without problems says. */
    static EntryCopier of(PinnedMapText from, MapPlan plan, MapDef content) {
        return new EntryCopier(
                MapShape.of(from.schema().contentOf(from.definition())),
                MapShape.of(content),
                new LayoutConverter(Objects.requireNonNull(plan.keys(), "the plan converts keys")),
                new LayoutConverter(Objects.requireNonNull(plan.values(), "the plan converts values")));
    }

    /** Copies no entries. */
    static EntryCopier none(MapDef oldMap, MapDef newMap) {
        MapShape to = MapShape.of(newMap);
        // A map of another type does not keep the size of the old one.
        MapShape from = oldMap.kind() == newMap.kind() ? MapShape.of(oldMap) : to;
        return new EntryCopier(from, to, LayoutConverter.none(), LayoutConverter.none());
    }

    /** Rejects a new array that is shorter than the old one. */
    static void requireRoom(MapShape from, MapShape to) {
        if (to.kind().keyRule() == MapKind.KeyRule.INDEX && to.maxEntries() < from.maxEntries()) {
            throw BpfException.of(Reason.MISMATCH, CONVERSION)
                    .map(to.name())
                    .because("its length shrinks from " + from.maxEntries() + " to " + to.maxEntries()
                            + ", so its last entries have no place. Keep the length, or pin the new version under another name,"
                            + " where it starts empty");
        }
    }

    /**
     * Returns the shape of the map that replaces an old one. If its type permits, an inner map with a size of its own keeps it, and an
     * array does not get shorter.
     */
    MapShape shapeFor(MapShape old) {
        boolean isArray = newShape.kind().keyRule() == MapKind.KeyRule.INDEX;
        boolean hasOwnSize = !newShape.kind().fixesLength(newShape.flags())
                && (old.maxEntries() != oldShape.maxEntries() || (isArray && old.maxEntries() > newShape.maxEntries()));
        return hasOwnSize || newShape.isSizeOpen() ? newShape.withMaxEntries(old.maxEntries()) : newShape;
    }

    /** Returns the shape of the map that replaces an old one which is only drained: each old entry has room. */
    MapShape drainedShapeFor(MapShape old) {
        MapShape shape = shapeFor(old);
        return shape.withMaxEntries(Math.max(shape.maxEntries(), old.maxEntries()));
    }

    /**
     * Copies the entries into an empty map. Returns their number, each once: a scan beside a writer may begin again, as that of a trie whose next
     * key was deleted.
     *
     * @throws BpfException if two old keys map to the same new key, or the new map is full or too short
     */
    long copy(RawMap from, RawMap to) {
        requireRoom(from.shape(), to.shape());
        long[] entries = {0};
        OffHeapBlock entry = OffHeapBlock.allocate(valueAt() + to.valueBytes());
        Map<ByteString, ByteString> oldKeys = new HashMap<>();
        forEach(from, (batch, i) -> {
            convert(batch, i, from.valueBytes(), entry);
            entries[0] += put(entry, from, to, batch, i, oldKeys) ? 1 : 0;
        });
        if (from.shape().kind().isResized()) {
            WarningLog.RUNTIME.warn(
                    "copied " + from.shape().name(),
                    ErrorTable.message(
                            "COPY_WAS_CHANGED",
                            entries[0],
                            from.shape().name(),
                            Integer.toUnsignedString(from.id()),
                            from.shape().kind()));
        }
        long evicted = newShape.kind().isLru() ? entries[0] - BatchScan.countEntries(to) : 0;
        if (evicted > 0) {
            WarningLog.RUNTIME.warn(
                    "losses in " + from.shape().name(),
                    ErrorTable.message(
                            "COPY_EVICTS",
                            from.shape().name(),
                            Integer.toUnsignedString(from.id()),
                            CountText.of(entries[0], "entry"),
                            evicted));
        }
        return entries[0];
    }

    /** Does the same, and returns false if an entry has no place in the new version, or the new map is full. Then the new map is not to be used. */
    boolean copyIfPossible(RawMap from, RawMap to) {
        try {
            copy(from, to);
            return true;
        } catch (BpfException e) {
            if (e.reason() != Reason.MISMATCH && e.reason() != Reason.FULL) {
                throw e;
            }
            WarningLog.RUNTIME.warn(
                    "copy of " + from.shape().name(),
                    "an upgrade can't copy all entries of map " + from.shape().name() + ", id "
                            + Integer.toUnsignedString(from.id()) + ", so it starts empty, and the old map waits: "
                            + e.getMessage());
            return false;
        }
    }

    /** Creates a map with the converted entries of a displaced map, for its drain. The caller closes it. */
    FormerMap converted(RawMap from, PinnedMapText text, MapFactory ofInners) {
        RawMap to = ofInners.create(drainedShapeFor(from.shape()), null);
        try (Undo undo = new Undo(to::close)) {
            long entries = copy(from, to);
            boolean wasFull = from.shape().kind().keyRule() != MapKind.KeyRule.INDEX
                    && entries >= from.shape().maxEntries();
            return undo.commit(new FormerMap(to, new FormerVersion(text, from.shape(), wasFull)));
        }
    }

    /** Finds the old key of each new one, once: not for each of the thousands that a scan returns again. */
    private void requireDifferentKeys(RawMap from, OffHeapBlock entry, Map<ByteString, ByteString> oldKeys) {
        forEach(from, (batch, i) -> {
            convert(batch, i, from.valueBytes(), entry);
            ByteString old = ByteString.of(batch.key(i));
            if (!old.equals(oldKeys.merge(ByteString.of(newKey(entry)), old, (first, again) -> first))) {
                throw sameKey(batch, i);
            }
        });
    }

    private byte[] newKey(OffHeapBlock entry) {
        byte[] key = new byte[newShape.keySize()];
        entry.bytes().get(0, key);
        return key;
    }

    private void forEach(RawMap from, ObjIntConsumer<Batch> action) {
        BatchScan.forEach(from, oldShape.hasLock() ? RawMap.LOCK : 0, action);
    }

    private void convertValue(ByteBuffer old, int oldAt, int oldBytes, ByteBuffer out, int outAt) {
        int oldStep = Alignment.align(oldShape.valueSize());
        int newStep = Alignment.align(newShape.valueSize());
        // A per-CPU map has a value for each CPU.
        int count = oldShape.kind().isPerCpu() ? oldBytes / oldStep : 1;
        for (int i = 0; i < count; i++) {
            values.run(old, oldAt + i * oldStep, out, outAt + i * newStep);
        }
    }

    private void convert(Batch batch, int index, int oldValueBytes, OffHeapBlock entry) {
        ByteBuffer old = batch.memory().bytes();
        Scalars.zero(entry.bytes(), 0, entry.size());
        try {
            keys.run(old, batch.keyAt(index), entry.bytes(), 0);
            convertValue(old, batch.valueAt(index), oldValueBytes, entry.bytes(), valueAt());
        } catch (IllegalArgumentException e) {
            throw failure(Reason.MISMATCH, batch, index).cause(e).because(e.getMessage());
        }
    }

    /** Returns false if the entry was copied before; the later value is the newer one. */
    private boolean put(
            OffHeapBlock entry, RawMap from, RawMap to, Batch batch, int index, Map<ByteString, ByteString> oldKeys) {
        long flags = newShape.kind().keyRule() == MapKind.KeyRule.INDEX ? RawMap.ANY : RawMap.NOEXIST;
        int result = to.update(entry, 0, valueAt(), flags);
        boolean isAgain = result == -EEXIST;
        if (isAgain) {
            ByteString old = ByteString.of(batch.key(index));
            ByteString key = ByteString.of(newKey(entry));
            if (!old.equals(oldKeys.getOrDefault(key, key))) {
                requireDifferentKeys(from, OffHeapBlock.allocate(entry.size()), oldKeys);
            }
            result = to.update(entry, 0, valueAt(), RawMap.ANY);
        }
        if (result == -E2BIG) {
            throw failure(Reason.FULL, batch, index)
                    .errno(E2BIG)
                    .because(
                            "the new map is full (max_entries is " + to.shape().maxEntries()
                                    + ") before all entries of the old map are copied; increase maxEntries, or the size in Sizes");
        }
        if (result != 0) {
            throw MapOperation.UPDATE.failed(to.shape(), oldKey(batch, index), result);
        }
        return !isAgain;
    }

    private BpfException sameKey(Batch batch, int index) {
        return failure(Reason.MISMATCH, batch, index)
                .errno(EEXIST)
                .because("two keys of the previous version become the same new key");
    }

    private BpfException.Builder failure(Reason reason, Batch batch, int index) {
        return BpfException.of(reason, CONVERSION).map(newShape.name()).key(oldKey(batch, index));
    }

    private int valueAt() {
        return Alignment.align(newShape.keySize());
    }

    private String oldKey(Batch batch, int index) {
        return "0x" + HexFormat.of().formatHex(batch.key(index));
    }
}
