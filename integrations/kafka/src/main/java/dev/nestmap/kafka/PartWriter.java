/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.error.InvalidHandleException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
            case BINARY -> new BinaryPartWriter(outer.expert().layout(), options.partBytes());
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
     * @param after the position of the previous message
     * @throws FailingMapException if this map can't be read or written, even because it needs too much memory
     * @throws InvalidHandleException if the outer map was closed
     */
    final Messages write(UnshippedMap drained, PartPosition after) {
        try {
            return messages(drained, after);
        } catch (InvalidHandleException e) {
            throw e;
        } catch (Throwable e) { // even an Error: a smaller map may still go
            throw new FailingMapException(drained, e);
        }
    }

    private Messages messages(UnshippedMap drained, PartPosition after) {
        Parts parts = begin(drained, after);
        boolean skipsZeros = drained.isArray();
        drained.entries().forEachBytes((key, value) -> {
            if (!skipsZeros || !isZero(value)) {
                parts.add(key, value);
                parts.count++;
            }
        });
        List<byte[]> messages = new ArrayList<>();
        PartPosition position = after;
        int number = parts.number();
        for (int part = 1; part <= number; part++) {
            position = position.plus(1);
            messages.add(parts.message(part, number, position));
        }
        return new Messages(messages, parts.count);
    }

    /** Begins the messages of a map, which follow a position. */
    abstract Parts begin(UnshippedMap drained, PartPosition after);

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

        /** Returns the number of messages. */
        abstract int number();

        /**
         * Returns a message. Called once for each, after the last entry.
         *
         * @param part number of the message, from 1
         * @param parts {@link #number}
         */
        abstract byte[] message(int part, int parts, PartPosition position);
    }
}
