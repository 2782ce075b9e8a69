/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.E2BIG;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.Scratch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where programs note the keys that they miss in an outer map: see {@link dev.nestmap.schema.RequestMaps}.
 *
 * <p>A program that found no inner map adds to its key's count before it ends. So the count is final as soon as an update of
 * the outer map has put one there and has waited for the programs that were running (and no sleepable program is among them).
 */
public final class RequestTable {
    private static final long NOEXIST = 1;

    private final LeasedMap noted;
    private final LeasedMap unnoted;

    public RequestTable(LeasedMap noted, LeasedMap unnoted) {
        this.noted = noted;
        this.unnoted = unnoted;
    }

    /** The keys that are missing, in bytes: at most so many of them. */
    public List<byte[]> keys(int most) {
        List<byte[]> keys = new ArrayList<>();
        int size = noted.shape().keySize();
        for (BatchScan scan = new BatchScan(noted); keys.size() < most && scan.next(); ) {
            Batch batch = scan.batch();
            for (int i = 0; i < batch.count() && keys.size() < most; i++) {
                byte[] key = new byte[size];
                batch.keys().bytes().get(i * size, key);
                keys.add(key);
            }
        }
        return keys;
    }

    /** Notes a key that was not missed; false when there is no room. */
    public boolean note(SlotKey slot) {
        try (Scratch scratch = encode(slot)) {
            scratch.block().bytes().putLong(valueAt(), 0);
            int result = noted.update(scratch.block(), 0, valueAt(), NOEXIST);
            if (result != 0 && result != -EEXIST && result != -E2BIG) {
                throw MapOperation.UPDATE.failed(noted.shape(), slot.key(), result);
            }
            return result != -E2BIG;
        }
    }

    /** How often keys were missed for which there was no room. */
    public long unnoted() {
        try (Scratch scratch = Scratch.take(2 * Long.BYTES)) {
            scratch.block().bytes().putLong(0, 0);
            int result = unnoted.lookup(scratch.block(), 0, Long.BYTES);
            if (result != 0) {
                throw MapOperation.LOOKUP.failed(unnoted.shape(), 0, result);
            }
            return scratch.block().bytes().getLong(Long.BYTES);
        }
    }

    /** How often each of these keys was missed; those that nobody requests are left out. */
    Map<SlotKey, Long> counts(List<SlotKey> slots) {
        Map<SlotKey, Long> counts = new LinkedHashMap<>();
        for (SlotKey slot : slots) {
            long count = read(slot, noted::lookup);
            if (count >= 0) {
                counts.put(slot, count);
            }
        }
        return counts;
    }

    /** Takes the keys out: how much oftener they were missed than is known, where they were. */
    Map<SlotKey, Long> take(Map<SlotKey, Long> known) {
        Map<SlotKey, Long> since = new LinkedHashMap<>();
        known.forEach((slot, count) -> {
            long more = read(slot, noted::lookupAndDelete) - count;
            if (more > 0) {
                since.put(slot, more);
            }
        });
        return since;
    }

    /** The key's count; -1 where it is not requested. */
    private long read(SlotKey slot, Read read) {
        try (Scratch scratch = encode(slot)) {
            int result = read.at(scratch.block(), 0, valueAt());
            if (result == -ENOENT) {
                return -1;
            }
            if (result != 0) {
                throw MapOperation.LOOKUP.failed(noted.shape(), slot.key(), result);
            }
            return scratch.block().bytes().getLong(valueAt());
        }
    }

    private interface Read {
        int at(Block block, int keyAt, int valueAt);
    }

    /** Lets go of maps that no object owns. */
    void close(String why) {
        noted.close(why);
        unnoted.close(why);
    }

    private Scratch encode(SlotKey slot) {
        Scratch scratch = Scratch.take(valueAt() + Long.BYTES);
        slot.writeTo(scratch.block(), 0);
        return scratch;
    }

    private int valueAt() {
        return Alignment.align(noted.shape().keySize());
    }
}
