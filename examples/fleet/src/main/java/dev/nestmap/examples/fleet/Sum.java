/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import dev.nestmap.examples.fleet.Fleet.Flow;
import dev.nestmap.kafka.Part;
import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * A sum of counts.
 *
 * @param packets number of datagrams
 * @param bytes their length, with the UDP headers
 * @param exact false if a program may have failed to count: then the numbers are lower bounds
 */
record Sum(long packets, long bytes, boolean exact) {
    static final Sum ZERO = new Sum(0, 0, true);

    static final Serde<Sum> SERDE =
            Serdes.serdeFrom((topic, sum) -> sum == null ? null : sum.write(), (topic, bytes) -> read(bytes));

    private static final int SIZE = Long.BYTES + Long.BYTES + 1;

    static Sum of(Part<Long, Flow> part) {
        long packets = part.entries().stream().mapToLong(Flow::packets).sum();
        long bytes = part.entries().stream().mapToLong(Flow::bytes).sum();
        return new Sum(packets, bytes, part.isExact());
    }

    Sum plus(Sum other) {
        return new Sum(packets + other.packets, bytes + other.bytes, exact && other.exact);
    }

    private byte[] write() {
        ByteBuffer to = ByteBuffer.allocate(SIZE);
        return to.putLong(packets).putLong(bytes).put((byte) (exact ? 1 : 0)).array();
    }

    private static Sum read(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        return new Sum(from.getLong(), from.getLong(), from.get() == 1);
    }
}
