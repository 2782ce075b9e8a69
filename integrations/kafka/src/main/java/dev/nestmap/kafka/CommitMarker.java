/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Says which rows of a series are in Kafka. It is committed in the transaction of these rows.
 *
 * @param number the number of the last row
 * @param partition the partition that has the series
 */
record CommitMarker(long number, int partition) {
    /** The names of all topics of markers begin with this. The name of a topic of entries doesn't. */
    static final String TOPIC_PREFIX = "nestmap-markers-";

    private static final int MAGIC = 0x4e4d4d32; // "NMM2"
    private static final int SIZE = Integer.BYTES + Long.BYTES + Integer.BYTES;

    /** Returns the Kafka key of the marker of a series. Each has its own, so that the marker of a clone hides none. */
    static byte[] key(String shipper, UUID series) {
        return (shipper + "/" + series).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the series of a marker; null if the key is no key of this shipper. */
    static @Nullable UUID series(String shipper, byte @Nullable [] key) {
        String prefix = shipper + "/";
        String text = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        return text.startsWith(prefix) && text.substring(prefix.length()).matches(RowPosition.SERIES)
                ? UUID.fromString(text.substring(prefix.length()))
                : null;
    }

    byte[] write() {
        return ByteBuffer.allocate(SIZE)
                .putInt(MAGIC)
                .putLong(number)
                .putInt(partition)
                .array();
    }

    /**
     * @throws IllegalArgumentException if the bytes are not a marker
     */
    static CommitMarker read(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        if (bytes.length != SIZE || from.getInt() != MAGIC) {
            throw new IllegalArgumentException("it is not " + SIZE + " bytes that begin with NMM2");
        }
        CommitMarker marker = new CommitMarker(from.getLong(), from.getInt());
        if (marker.number < 1 || marker.partition < 0) {
            throw new IllegalArgumentException("it says row " + marker.number + " in partition " + marker.partition);
        }
        return marker;
    }
}
