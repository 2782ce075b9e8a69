/* SPDX-License-Identifier: Apache-2.0 */
package java.lang.foreign;

import java.nio.Buffer;
import java.nio.ByteBuffer;

public interface MemorySegment {
    static MemorySegment ofAddress(long address) {
        throw new AssertionError();
    }

    static MemorySegment ofBuffer(Buffer buffer) {
        throw new AssertionError();
    }

    long address();

    ByteBuffer asByteBuffer();

    int get(ValueLayout.OfInt layout, long offset);

    MemorySegment reinterpret(long size);
}
