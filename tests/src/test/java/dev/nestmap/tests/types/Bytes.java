/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.runtime.codec.EntryCodec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The bytes that generated codecs write, over bytes that were not zero before. */
final class Bytes {
    private Bytes() {}

    static <E> byte[] ofValue(EntryCodec<?, E> codec, E entry) {
        byte[] bytes = new byte[codec.valueSize()];
        Arrays.fill(bytes, (byte) 0xaa);
        codec.writeValue(entry, buffer(bytes), 0);
        return bytes;
    }

    static <K, E> byte[] ofKey(EntryCodec<K, E> codec, E entry) {
        byte[] bytes = new byte[codec.key().size()];
        Arrays.fill(bytes, (byte) 0xaa);
        codec.key().write(codec.keyOf(entry), buffer(bytes), 0);
        return bytes;
    }

    static <K, E> E entry(EntryCodec<K, E> codec, byte[] key, byte[] value) {
        return codec.read(codec.key().read(buffer(key), 0), buffer(value), 0);
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }
}
