/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.pin.MapIdentity;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes {@link MessageFormat#BINARY}: a {@link PartHeader}, followed by the bytes of the entries. */
final class BinaryPartWriter extends PartWriter {
    BinaryPartWriter(String layout, int partBytes) {
        super(layout, partBytes);
    }

    @Override
    Parts begin(UnshippedMap drained, int partitions) {
        return new Chunks(drained, partitions);
    }

    /** Returns the number of bytes for a map's entries in a message. */
    private int roomFor(MapIdentity map) {
        PartHeader empty = new PartHeader(layout, map, 1, 1, 1, false, 0, 0, 0, 0);
        return partBytes - empty.size();
    }

    /** Collects entries in buffers that fit into one message each. */
    private final class Chunks extends Parts {
        private final List<ByteBuffer> list = new ArrayList<>();
        private final UnshippedMap drained;
        private final int partitions;
        private final int room;
        private @Nullable ByteBuffer current;
        private int keySize;
        private int valueSize;

        Chunks(UnshippedMap drained, int partitions) {
            this.drained = drained;
            this.partitions = partitions;
            this.room = roomFor(drained.identity());
        }

        @Override
        void add(ByteBuffer key, ByteBuffer value) {
            keySize = key.remaining();
            valueSize = value.remaining();
            ByteBuffer to = current;
            if (to == null || to.remaining() < keySize + valueSize) {
                to = ByteBuffer.allocate(Math.max(1, room / (keySize + valueSize)) * (keySize + valueSize));
                list.add(to);
                current = to;
            }
            to.put(key).put(value);
        }

        @Override
        List<byte[]> messages() {
            List<byte[]> messages = new ArrayList<>();
            for (ByteBuffer chunk : list) {
                PartHeader header = new PartHeader(
                        layout,
                        drained.identity(),
                        messages.size() + 1,
                        list.size(),
                        partitions,
                        drained.isFull(count),
                        drained.lostInserts(),
                        keySize,
                        valueSize,
                        chunk.flip().remaining() / (keySize + valueSize));
                messages.add(header.write(chunk));
            }
            return messages;
        }
    }
}
