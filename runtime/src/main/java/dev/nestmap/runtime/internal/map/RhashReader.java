/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EAGAIN;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.schema.MapKind.BatchCommand;
import dev.nestmap.types.ByteString;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Reads a map whose number of buckets changes with its entries ({@link dev.nestmap.schema.MapKind#isResized}), as a whole. In the
 * background, the kernel moves entries to a larger or smaller table. Meanwhile, a read may miss entries and return others twice, even if
 * nobody changes the map, and no system call reports this or says how many entries there are. So the map is read until two further reads
 * found as many entries as are known, and none that is new; at most {@value #MOST_READS} times. The result has each entry that one of the
 * reads found, once. Nothing proves that it is complete, so a displaced map of such a type is always in doubt.
 */
final class RhashReader {
    /** The number of further reads that confirm a read. */
    private static final int CONFIRMING = 2;

    private static final int MOST_READS = 8;

    /**
     * The first pause, before the last read that confirms, in nanoseconds: the kernel may need time to move entries. Each further pause is twice
     * as long as the previous one.
     */
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private static final int GROWTH = 4;

    private RhashReader() {}

    /**
     * Reads all entries.
     *
     * @param first an empty batch, which this uses or releases
     * @return the entries; perhaps none
     */
    static Batch read(RawMap map, Batch first) {
        Batch batch = first;
        Set<ByteString> known = new HashSet<>();
        long pause = PAUSE_NANOS;
        for (int reads = 1, confirmed = 0; confirmed < CONFIRMING && reads <= MOST_READS; reads++) {
            if (reads > CONFIRMING) {
                UninterruptibleWait.pause(pause);
                pause *= 2;
            }
            int before = known.size();
            int result = fill(map, batch, before);
            while (result == 0) {
                batch = larger(map, batch, before);
                result = fill(map, batch, before);
            }
            int found = keepNew(batch, known);
            boolean confirms = reads > 1 && result == -ENOENT && found == before && known.size() == before;
            confirmed = confirms ? confirmed + 1 : 0;
        }
        return batch;
    }

    /**
     * Reads the map behind the known entries, mostly by one call: the kernel ends a call early if another thread has to run. Returns 0 if the
     * batch is full: a read in parts, with calls of the caller's between them, would miss more entries.
     */
    private static int fill(RawMap map, Batch batch, int known) {
        batch.restart(known);
        int result = 0;
        while (result == 0 && batch.count() < batch.capacity()) {
            batch.advance(batch.count() - batch.done());
            result = map.batch(BatchCommand.LOOKUP, batch);
        }
        // EAGAIN: the key in the cursor was deleted.
        if (result != 0 && result != -ENOENT && result != -EAGAIN) {
            throw MapOperation.ITERATE.failed(map.shape(), null, result);
        }
        return result;
    }

    /** Returns a batch with more room and the known entries, and ends the use of this one. */
    private static Batch larger(RawMap map, Batch batch, int known) {
        long room = (long) GROWTH * batch.capacity();
        Batch larger;
        try {
            larger = new Batch(map, Math.toIntExact(room)).withFlags(batch.flags());
        } catch (ArithmeticException | OutOfMemoryError e) {
            int size = map.shape().keySize() + map.valueBytes();
            throw BpfException.of(Reason.FULL, MapOperation.ITERATE.noun())
                    .map(map.shape().name())
                    .because("a map of this type is read as a whole, and there is no memory outside the Java heap for "
                            + room
                            + " entries of " + size
                            + " bytes: raise -XX:MaxDirectMemorySize, which is the size of the heap"
                            + " unless you set it. At most 2 GiB can be read")
                    .cause(e)
                    .build();
        }
        batch.memory()
                .copy(
                        batch.keyAt(0),
                        larger.memory(),
                        larger.keyAt(0),
                        known * map.shape().keySize());
        batch.memory().copy(batch.valueAt(0), larger.memory(), larger.valueAt(0), known * map.valueBytes());
        batch.release();
        return larger;
    }

    /** Keeps the entries of the last read whose keys are new. Returns how many different entries the read has found. */
    private static int keepNew(Batch batch, Set<ByteString> known) {
        Set<ByteString> found = new HashSet<>();
        for (int i = known.size(), end = batch.count(); i < end; i++) {
            ByteString key = ByteString.of(batch.key(i));
            if (found.add(key) && known.add(key)) {
                batch.move(i, known.size() - 1);
            }
        }
        batch.begin(known.size());
        return found.size();
    }
}
