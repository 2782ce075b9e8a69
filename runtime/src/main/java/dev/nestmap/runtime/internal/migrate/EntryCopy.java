/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.CType;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Fills maps of a definition as it is from maps of that definition as it was. */
public final class EntryCopy {

    private final MapShape before;
    private final MapShape after;
    private final LayoutConversion keys;
    private final LayoutConversion values;

    private EntryCopy(MapShape before, MapShape after, LayoutConversion keys, LayoutConversion values) {
        this.before = before;
        this.after = after;
        this.keys = keys;
        this.values = values;
    }

    /**
     * What maps got.
     *
     * @param evicted how many of the entries an LRU table gave up again
     */
    record Copied(int maps, long entries, long evicted) {
        static final Copied NOTHING = new Copied(0, 0, 0);

        Copied plus(Copied other) {
            return new Copied(maps + other.maps, entries + other.entries, evicted + other.evicted);
        }
    }

    /**
     * The way from maps of before to maps of now.
     *
     * @throws BpfException when there is none, with all that is in the way
     */
    static EntryCopy of(MapDef before, MapDef after, Migration how) {
        if (!before.kind().isMigratableTo(after.kind())) {
            throw refused(
                    after,
                    "it was a " + before.kind() + " and is a " + after.kind()
                            + ": hash tables, arrays and LPM_TRIEs are"
                            + " migrated, to the same type or, of hash tables, to or from LRU");
        }
        if ((before.flags() & MapFlags.WRONLY) != 0 || (after.flags() & MapFlags.RDONLY) != 0) {
            throw refused(
                    after,
                    "user space may not read the old map (BPF_F_WRONLY) or not write the new one (BPF_F_RDONLY)");
        }
        LayoutConversionPlanner planner = new LayoutConversionPlanner(how);
        LayoutConversion keys = planner.keys(type(before.key()), type(after.key()));
        LayoutConversion values = planner.values(type(before.value()), type(after.value()));
        List<String> problems = planner.problems();
        if (!problems.isEmpty()) {
            throw refused(after, "\n  " + String.join("\n  ", problems));
        }
        return new EntryCopy(MapShape.of(before), MapShape.of(after), keys, values);
    }

    /** The shape of the map that one of before becomes: one of another size than was declared keeps that, where it may. */
    MapShape shape(MapShape old) {
        boolean ownSize =
                old.maxEntries() != before.maxEntries() && !after.kind().fixesLength(after.flags());
        return ownSize || after.isSizeOpen() ? after.sized(old.maxEntries()) : after;
    }

    /**
     * Copies the entries into a map that is empty.
     *
     * @throws BpfException when two old keys become the same, or the new map has no room
     */
    Copied copy(RawMap from, RawMap to) {
        long copied = 0;
        Block entry = Block.allocate(Alignment.align(after.keySize()) + to.valueRoom());
        byte[] zeros = new byte[entry.size()];
        for (BatchScan scan = new BatchScan(from, before.hasLock() ? RawMap.LOCK : 0); scan.next(); ) {
            for (int i = 0; i < scan.batch().count(); i++) {
                entry.bytes().put(0, zeros);
                put(scan.batch(), i, from.valueRoom(), entry, to);
                copied++;
            }
        }
        return new Copied(1, copied, after.kind().isLru() ? copied - count(to) : 0);
    }

    private static long count(RawMap map) {
        long count = 0;
        for (BatchScan scan = new BatchScan(map); scan.next(); ) {
            count += scan.batch().count();
        }
        return count;
    }

    private void put(Batch batch, int index, int oldRoom, Block entry, RawMap to) {
        int valueAt = Alignment.align(after.keySize());
        ByteBuffer oldKeys = batch.keys().bytes();
        try {
            keys.run(oldKeys, index * before.keySize(), entry.bytes(), 0);
            for (int slice = 0; slice < slices(oldRoom); slice++) {
                int oldAt = index * oldRoom + slice * Alignment.align(before.valueSize());
                values.run(
                        batch.values().bytes(),
                        oldAt,
                        entry.bytes(),
                        valueAt + slice * Alignment.align(after.valueSize()));
            }
        } catch (IllegalArgumentException e) {
            String key = key(oldKeys, index);
            throw BpfException.of("migration")
                    .map(after.name())
                    .key(key)
                    .because(e.getMessage())
                    .cause(e)
                    .build();
        }
        long flags = after.kind().keyRule() == MapKind.KeyRule.INDEX ? RawMap.ANY : RawMap.NOEXIST;
        int result = to.update(entry, 0, valueAt, flags);
        if (result == -ErrnoNumbers.EEXIST) {
            throw BpfException.of("migration")
                    .map(after.name())
                    .key(key(oldKeys, index))
                    .errno(ErrnoNumbers.EEXIST)
                    .because("two keys of before are the same key now: say by number(...) what keeps them apart")
                    .build();
        }
        if (result == -ErrnoNumbers.E2BIG) {
            throw BpfException.of("migration")
                    .map(after.name())
                    .key(key(oldKeys, index))
                    .errno(ErrnoNumbers.E2BIG)
                    .because("more is in the old map than the new one has room for (max_entries is "
                            + to.shape().maxEntries() + "): make it larger, by maxEntries or Sizes")
                    .build();
        }
        if (result != 0) {
            throw MapOperation.UPDATE.failed(to.shape(), key(oldKeys, index), result);
        }
    }

    /** How many values an entry has: one for each CPU, where each has its own. */
    private int slices(int oldRoom) {
        return before.kind().isPerCpu() ? oldRoom / Alignment.align(before.valueSize()) : 1;
    }

    private String key(ByteBuffer keys, int index) {
        byte[] key = new byte[before.keySize()];
        keys.get(index * before.keySize(), key);
        return "0x" + HexFormat.of().formatHex(key);
    }

    private static BpfException refused(MapDef map, String why) {
        return BpfException.of("migration").map(map.name()).because(why).build();
    }

    private static CType type(@Nullable CType type) {
        return Objects.requireNonNull(type, "a map with entries has keys and values");
    }
}
