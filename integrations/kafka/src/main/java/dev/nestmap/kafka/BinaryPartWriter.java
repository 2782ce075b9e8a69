/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

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
    Parts begin(UnshippedMap drained, PartPosition after) {
        return new Chunks(drained, after);
    }

    /** Collects entries in buffers that fit into one message each. */
    private final class Chunks extends Parts {
        private final List<ByteBuffer> list = new ArrayList<>();
        private final UnshippedMap drained;
        private final int room;
        private @Nullable ByteBuffer current;
        private int keySize;
        private int valueSize;

        Chunks(UnshippedMap drained, PartPosition after) {
            this.drained = drained;
            this.room = partBytes - new PartHeader(layout, drained.identity(), after, 1, 1, false, 0, 0, 0, 0).size();
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
        int number() {
            return list.size();
        }

        @Override
        byte[] message(int part, int parts, PartPosition position) {
            ByteBuffer chunk = list.get(part - 1).flip();
            PartHeader header = new PartHeader(
                    layout,
                    drained.identity(),
                    position,
                    part,
                    parts,
                    drained.isFull(count),
                    drained.lostInserts(),
                    keySize,
                    valueSize,
                    chunk.remaining() / (keySize + valueSize));
            return header.write(chunk);
        }
    }
}
