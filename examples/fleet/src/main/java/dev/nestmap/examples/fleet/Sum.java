/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import dev.nestmap.examples.fleet.NextFleet.Flow;
import dev.nestmap.kafka.Part;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * A sum of counts.
 *
 * @param packets number of datagrams
 * @param bytes their length, with the UDP headers
 * @param exact false if a program may have failed to count: then the numbers are lower bounds
 * @param newest when the newest of its maps was taken out: later counts are not in it
 */
record Sum(long packets, long bytes, boolean exact, Instant newest) {
    static final Sum ZERO = new Sum(0, 0, true, Instant.EPOCH);

    /** Added to a sum, makes it a lower bound. */
    static final Sum DOUBT = new Sum(0, 0, false, Instant.EPOCH);

    static final Serde<Sum> SERDE =
            Serdes.serdeFrom((topic, sum) -> sum == null ? null : sum.write(), (topic, bytes) -> read(bytes));

    private static final int SIZE = 3 * Long.BYTES + 1;

    static Sum of(Part<Long, Flow> part) {
        long packets = part.entries().stream().mapToLong(Flow::packets).sum();
        long bytes = part.entries().stream().mapToLong(Flow::bytes).sum();
        return new Sum(packets, bytes, part.isExact(), part.map().takenOut());
    }

    Sum plus(Sum other) {
        return new Sum(
                packets + other.packets,
                bytes + other.bytes,
                exact && other.exact,
                newest.isAfter(other.newest) ? newest : other.newest);
    }

    /** Whether both count the same, whenever their maps were taken out. */
    boolean counts(Sum other) {
        return packets == other.packets && bytes == other.bytes && exact == other.exact;
    }

    private byte[] write() {
        ByteBuffer to = ByteBuffer.allocate(SIZE);
        to.putLong(packets).putLong(bytes).putLong(newest.toEpochMilli());
        return to.put((byte) (exact ? 1 : 0)).array();
    }

    private static Sum read(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        long packets = from.getLong();
        long length = from.getLong();
        Instant newest = Instant.ofEpochMilli(from.getLong());
        return new Sum(packets, length, from.get() == 1, newest);
    }
}
