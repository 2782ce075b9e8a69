/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.toolchain;

import dev.nestmap.runtime.codec.EntryCodec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that generated codecs write. The buffer is not zero before, so that unwritten padding would show. */
public final class CodecBytes {
    private CodecBytes() {}

    public static <E> byte[] ofValue(EntryCodec<?, E> codec, E entry) {
        byte[] bytes = new byte[codec.valueSize()];
        Arrays.fill(bytes, (byte) 0xaa);
        codec.writeValue(entry, buffer(bytes), 0);
        return bytes;
    }

    public static <K> byte[] ofKey(EntryCodec<K, ?> codec, K key) {
        byte[] bytes = new byte[codec.keySize()];
        Arrays.fill(bytes, (byte) 0xaa);
        codec.writeKey(key, buffer(bytes), 0);
        return bytes;
    }

    public static <K, E> E entry(EntryCodec<K, E> codec, byte[] key, byte[] value) {
        return codec.read(codec.readKey(buffer(key), 0), buffer(value), 0);
    }

    /** The bytes as a codec reads them. */
    public static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }
}
