/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.runtime.codec.EntryCodec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that generated codecs write. The buffer is not zero before, so that unwritten padding would show. */
final class CodecBytes {
    private CodecBytes() {}

    static <E> byte[] ofValue(EntryCodec<?, E> codec, E entry) {
        byte[] bytes = new byte[codec.valueSize()];
        Arrays.fill(bytes, (byte) 0xaa);
        codec.writeValue(entry, buffer(bytes), 0);
        return bytes;
    }

    static <K, E> byte[] ofKey(EntryCodec<K, E> codec, E entry) {
        byte[] bytes = new byte[codec.keySize()];
        Arrays.fill(bytes, (byte) 0xaa);
        codec.writeKey(codec.keyOf(entry), buffer(bytes), 0);
        return bytes;
    }

    static <K, E> E entry(EntryCodec<K, E> codec, byte[] key, byte[] value) {
        return codec.read(codec.readKey(buffer(key), 0), buffer(value), 0);
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }
}
