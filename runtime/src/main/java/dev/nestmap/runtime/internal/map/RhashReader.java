/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EAGAIN;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads a map whose number of buckets changes with its entries ({@link dev.nestmap.schema.MapKind#isResized}), as a whole. In the
 * background, the kernel moves entries to a larger or smaller table. Meanwhile, a read may miss entries and return others twice, even if
 * nobody changes the map, and no system call reports this. So a read is valid only if it has as many different entries as the map.
 * Otherwise it is repeated.
 *
 * <p>If the number of entries changes meanwhile, the map is in use and no read can be exact. The result is then one read, without
 * duplicates.
 */
final class RhashReader {
    /** Maximum number of reads of a map that changes during the read. */
    private static final int MOST_CHANGES = 3;

    /** The kernel moves entries of a map that nobody changes for at most as long. It moves more than a million per second. */
    private static final long NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long NANOS_OF_ENTRY = TimeUnit.MICROSECONDS.toNanos(2);
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /** Room for entries that are added, or returned twice. */
    private static final int SPARE = 16;

    /** Room in each call but the first. The kernel ends a call early if another thread has to run. */
    private static final int FEWEST = 1024;

    private final RawMap map;
    private final long flags;
    private final Deque<Batch> batches = new ArrayDeque<>();
    private final Set<ByteBuffer> keys = new HashSet<>();

    private RhashReader(RawMap map, long flags) {
        this.map = map;
        this.flags = flags;
    }

    /**
     * Reads all entries.
     *
     * @param flags the flags that each value is read with
     * @return batches, of which none is empty
     */
    static Deque<Batch> of(RawMap map, long flags) {
        return new RhashReader(map, flags).read();
    }

    private Deque<Batch> read() {
        long count = map.entries();
        long end = System.nanoTime() + Math.max(NANOS, count * NANOS_OF_ENTRY);
        for (int changes = 0; count > 0; ) {
            boolean isComplete = read(count);
            if (isComplete && keys.size() == count) {
                return batches;
            }
            long now = map.entries();
            changes += now == count ? 0 : 1;
            if (isComplete && changes >= MOST_CHANGES) {
                return batches;
            }
            if (System.nanoTime() > end) {
                throw BpfException.of(MapOperation.ITERATE.noun())
                        .map(map.shape().name())
                        .because("the map has " + now + " entries, and each read found another number (the last one "
                                + keys.size()
                                + "): the kernel is still moving them to a table of another size, or programs change the map all"
                                + " the time. Try again, or take the map out of its outer map first, as rotate does")
                        .build();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            release();
            count = now;
        }
        release();
        return batches;
    }

    private void release() {
        batches.forEach(Batch::release);
        batches.clear();
        keys.clear();
    }

    /** Reads once. Returns false if it has not come to the end, because the map changed. */
    private boolean read(long count) {
        long most = 2 * Math.max(count, map.shape().maxEntries()) + SPARE;
        long room = count + count / SPARE + SPARE;
        @Nullable Batch last = null;
        long found = 0;
        int result;
        do {
            int capacity = Batch.capacity(map, Math.min(room, Math.max(FEWEST, room - found)));
            Batch batch = last == null ? new Batch(map, capacity).withFlags(flags) : last.following(capacity);
            last = batch;
            batch.begin(0);
            result = map.batch(BatchCommand.LOOKUP, batch);
            if (result != 0 && result != -ENOENT) {
                batch.release();
                if (result != -EAGAIN) {
                    release();
                    throw MapOperation.ITERATE.failed(map.shape(), null, result);
                }
                return false; // the key in the cursor was deleted
            }
            found += batch.count();
            removeKnown(batch);
            batches.add(batch);
        } while (result == 0 && found < most);
        batches.removeIf(batch -> batch.count() == 0);
        return result == -ENOENT;
    }

    /** Removes the entries that were read before. */
    private void removeKnown(Batch batch) {
        int kept = 0;
        for (int i = 0; i < batch.count(); i++) {
            if (keys.add(ByteBuffer.wrap(batch.key(i)))) {
                batch.move(i, kept++);
            }
        }
        batch.begin(kept);
    }
}
