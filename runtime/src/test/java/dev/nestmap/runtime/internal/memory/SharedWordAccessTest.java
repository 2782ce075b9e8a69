/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Shared memory is copied in exactly the given bytes. */
@Tag("both-jdks")
class SharedWordAccessTest {
    private static final int SIZE = 64;

    /** Every offset and size that a variable in a section can have. */
    @Test
    void copiesExactlyTheGivenBytes() {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int at = 0; at < 24; at++) {
            for (int size = 0; size <= 32; size++) {
                ByteBuffer shared = buffer();
                ByteBuffer copy = buffer();
                byte[] before = bytes(random, SIZE);
                byte[] value = bytes(random, size);
                shared.put(0, before);
                copy.put(3, value);

                SharedWordAccess.write(copy, 3, shared, at, size);

                byte[] expected = before.clone();
                System.arraycopy(value, 0, expected, at, size);
                byte[] after = new byte[SIZE];
                shared.get(0, after);
                assertThat(after)
                        .as("write of %d bytes at %d, seed %d", size, at, seed)
                        .isEqualTo(expected);

                ByteBuffer read = buffer();
                SharedWordAccess.read(shared, at, read, 5, size);
                byte[] wanted = new byte[SIZE];
                System.arraycopy(value, 0, wanted, 5, size);
                byte[] found = new byte[SIZE];
                read.get(0, found);
                assertThat(found)
                        .as("read of %d bytes at %d, seed %d", size, at, seed)
                        .isEqualTo(wanted);
            }
        }
    }

    private static byte[] bytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(SIZE).order(ByteOrder.nativeOrder());
    }
}
