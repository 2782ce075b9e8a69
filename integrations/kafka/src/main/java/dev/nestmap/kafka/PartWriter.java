/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.OuterAccessor;
import java.nio.ByteBuffer;
import java.util.List;

/** Writes the entries of drained maps as messages. */
abstract class PartWriter {
    /** Fingerprint of the layout of keys and entries. */
    final String layout;

    /** Largest size of a message; exceeded only if a single entry does not fit. */
    final int partBytes;

    PartWriter(String layout, int partBytes) {
        this.layout = layout;
        this.partBytes = partBytes;
    }

    /** Creates a writer of the format in the options. */
    static PartWriter of(OuterAccessor<?, ?, ?> outer, ShipperOptions options) {
        return switch (options.format()) {
            case BINARY -> new BinaryPartWriter(outer.layout(), options.partBytes());
            case JSON -> new JsonPartWriter(outer, options.partBytes());
        };
    }

    /**
     * The messages of one drained map.
     *
     * @param entries number of entries in all messages
     */
    record Messages(List<byte[]> list, long entries) {}

    /**
     * Writes the entries of a map. Writes no message if the map has no entries. In an array, entries of zeros count as absent.
     *
     * @param partitions number of partitions of the topic
     */
    final Messages write(UnshippedMap drained, int partitions) {
        Parts parts = begin(drained, partitions);
        boolean skipsZeros = drained.isArray();
        drained.entries().forEachBytes((key, value) -> {
            if (!skipsZeros || !isZero(value)) {
                parts.add(key, value);
                parts.count++;
            }
        });
        return new Messages(parts.messages(), parts.count);
    }

    /** Begins the messages of a map. */
    abstract Parts begin(UnshippedMap drained, int partitions);

    private static boolean isZero(ByteBuffer value) {
        for (int i = value.position(); i < value.limit(); i++) {
            if (value.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The entries of one map. */
    abstract static class Parts {
        /** Number of entries so far. */
        long count;

        /** Adds an entry. The buffers are valid until the method returns. */
        abstract void add(ByteBuffer key, ByteBuffer value);

        /** Returns the messages. Called once, after the last entry. */
        abstract List<byte[]> messages();
    }
}
