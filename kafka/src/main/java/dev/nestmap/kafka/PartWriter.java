/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.MapIdentity;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the entries of drained maps as messages. */
final class PartWriter {
    private final String layout;
    private final int partBytes;

    /**
     * Creates a writer.
     *
     * @param layout fingerprint of the layout of keys and entries
     * @param partBytes largest size of a message, if one entry fits into it
     */
    PartWriter(String layout, int partBytes) {
        this.layout = layout;
        this.partBytes = partBytes;
    }

    /**
     * The messages of one drained map.
     *
     * @param entries number of entries in all messages
     */
    record Messages(List<byte[]> list, long entries) {}

    /** Writes the entries of a map; no message if the map has none. In an array, entries of zeros count as absent. */
    Messages write(DrainedMap drained) {
        Chunks chunks = new Chunks(drained);
        drained.entries().forEachBytes(chunks::add);
        List<byte[]> messages = new ArrayList<>();
        boolean full = drained.isFull(chunks.count);
        for (ByteBuffer chunk : chunks.list) {
            PartHeader header = new PartHeader(
                    layout,
                    drained.identity(),
                    messages.size() + 1,
                    chunks.list.size(),
                    full,
                    drained.lostInserts(),
                    chunks.keySize,
                    chunks.valueSize,
                    chunk.flip().remaining() / (chunks.keySize + chunks.valueSize));
            messages.add(header.write(chunk));
        }
        return new Messages(messages, chunks.count);
    }

    /** The room in a message for entries of a map. */
    private int roomFor(MapIdentity map) {
        PartHeader empty = new PartHeader(layout, map, 1, 1, false, 0, 0, 0, 0);
        return partBytes - empty.size();
    }

    /** Collects entries into buffers that fit into one message each. */
    private final class Chunks {
        private final List<ByteBuffer> list = new ArrayList<>();
        private final boolean skipsZeros;
        private final int room;
        private @Nullable ByteBuffer current;
        private int keySize;
        private int valueSize;
        private long count;

        Chunks(DrainedMap drained) {
            this.skipsZeros = drained.isArray();
            this.room = roomFor(drained.identity());
        }

        void add(ByteBuffer key, ByteBuffer value) {
            if (skipsZeros && isZero(value)) {
                return;
            }
            keySize = key.remaining();
            valueSize = value.remaining();
            ByteBuffer to = current;
            if (to == null || to.remaining() < keySize + valueSize) {
                to = ByteBuffer.allocate(Math.max(1, room / (keySize + valueSize)) * (keySize + valueSize));
                list.add(to);
                current = to;
            }
            to.put(key).put(value);
            count++;
        }

        private static boolean isZero(ByteBuffer value) {
            for (int i = value.position(); i < value.limit(); i++) {
                if (value.get(i) != 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
