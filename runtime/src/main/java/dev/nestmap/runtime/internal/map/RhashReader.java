/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EAGAIN;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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

    /** The kernel moves entries of a map that nobody changes for at most as long. A kernel thread moves a million per second if it has a CPU. */
    private static final long NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long NANOS_OF_ENTRY = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /** Room for entries that are added, or returned twice. The kernel reports the end of the map only if there is room for more. */
    private static final int SPARE = 16;

    private RhashReader() {}

    /**
     * Reads all entries.
     *
     * @param flags the flags that each value is read with
     * @return the entries; null if there are none
     */
    static @Nullable Batch read(RawMap map, long flags) {
        long count = map.entries();
        long room = count + count / SPARE + SPARE;
        long end = System.nanoTime() + Math.max(NANOS, count * NANOS_OF_ENTRY);
        for (int changes = 0; count > 0; ) {
            Batch batch = allocate(map, room).withFlags(flags);
            boolean isComplete = fill(map, batch);
            removeDuplicates(map, batch);
            if (isComplete && batch.count() == count) {
                return batch;
            }
            long now = map.entries();
            changes += now == count ? 0 : 1;
            if (isComplete && changes >= MOST_CHANGES && batch.count() > 0) {
                return batch;
            }
            batch.release();
            if (isComplete && changes >= MOST_CHANGES) {
                return null;
            }
            if (System.nanoTime() > end) {
                throw BpfException.of(MapOperation.ITERATE.noun())
                        .map(map.shape().name())
                        .because("the map has " + now + " entries, and each read found another number (the last one "
                                + batch.count()
                                + "): the kernel is still moving them to a table of another size, or programs change the map all"
                                + " the time. Try again, or take the map out of its outer map first, as rotate does")
                        .build();
            }
            UninterruptibleWait.pause(PAUSE_NANOS);
            count = now;
            room = Math.max(count + count / SPARE + SPARE, isComplete ? 0 : room + room / 2);
        }
        return null;
    }

    /** Creates a batch for all entries: a read in parts, with calls of the caller's between them, would miss more of them. */
    private static Batch allocate(RawMap map, long room) {
        try {
            return new Batch(map, Math.toIntExact(room));
        } catch (ArithmeticException | OutOfMemoryError e) {
            int size = map.shape().keySize() + map.valueBytes();
            throw BpfException.of(MapOperation.ITERATE.noun())
                    .map(map.shape().name())
                    .because("a map of this type is read as a whole, and there is no memory outside the Java heap for "
                            + room
                            + " entries of " + size
                            + " bytes: raise -XX:MaxDirectMemorySize, which is the size of the heap"
                            + " unless you set it. At most 2 GiB can be read")
                    .cause(e)
                    .build();
        }
    }

    /**
     * Reads until the batch is full, mostly by one call: the kernel ends a call early if another thread has to run. Returns whether the
     * kernel has come to the end of the map.
     */
    private static boolean fill(RawMap map, Batch batch) {
        int result = 0;
        while (result == 0 && batch.count() < batch.capacity()) {
            batch.advance(batch.count() - batch.done());
            result = map.batch(BatchCommand.LOOKUP, batch);
        }
        // EAGAIN: the key in the cursor was deleted.
        if (result != 0 && result != -ENOENT && result != -EAGAIN) {
            throw MapOperation.ITERATE.failed(map.shape(), null, result);
        }
        return result == -ENOENT;
    }

    private static void removeDuplicates(RawMap map, Batch batch) {
        Set<ByteBuffer> keys = new HashSet<>();
        int kept = 0;
        for (int i = 0; i < batch.count(); i++) {
            batch.move(i, kept);
            ByteBuffer key =
                    batch.memory().bytes().slice(batch.keyAt(kept), map.shape().keySize());
            kept += keys.add(key) ? 1 : 0;
        }
        batch.begin(kept);
    }
}
