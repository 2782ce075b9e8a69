/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a map's bytes into Java values. Decoding fails if an enum has no constant for a number or if a record's constructor throws.
 * The exception then names the map, the key and the bytes.
 */
public final class EntryDecoder {
    /** The number of bytes that a message shows. */
    private static final int MOST_BYTES = 256;

    private EntryDecoder() {}

    /** Decodes the key at this offset. */
    public static <K> K key(MapShape map, Codec<K> codec, ByteBuffer from, int at) {
        try {
            return codec.read(from, at);
        } catch (RuntimeException e) {
            throw failed(map, null, "key", hex(from, at, codec.size()), e);
        }
    }

    /** Decodes the key of an entry at this offset. */
    public static <K> K key(MapShape map, EntryCodec<K, ?> codec, ByteBuffer from, int at) {
        try {
            return codec.readKey(from, at);
        } catch (RuntimeException e) {
            throw failed(map, null, "key", hex(from, at, codec.keySize()), e);
        }
    }

    /** Decodes the entry without a key at this offset. */
    public static <E> E value(MapShape map, Codec<E> codec, ByteBuffer from, int at) {
        try {
            return codec.read(from, at);
        } catch (RuntimeException e) {
            throw failed(map, null, "entry", hex(from, at, codec.size()), e);
        }
    }

    /** Decodes the entry with this key, whose value is at this offset. */
    public static <K, E> E entry(MapShape map, EntryCodec<K, E> codec, K key, ByteBuffer from, int at) {
        try {
            return codec.read(key, from, at);
        } catch (RuntimeException e) {
            throw failed(map, codec, key, from, at, e);
        }
    }

    /** Returns the exception for the entry with this key, whose value at this offset could not be decoded. */
    public static <K> BpfException failed(
            MapShape map, EntryCodec<K, ?> codec, K key, ByteBuffer from, int at, RuntimeException cause) {
        return failed(map, key, "value", hex(from, at, codec.valueSize()), cause);
    }

    private static BpfException failed(
            MapShape map, @Nullable Object key, String what, String bytes, RuntimeException cause) {
        // The message of an exception by Nestmap already contains advice.
        String why = cause instanceof BpfException ? cause.getMessage() : cause.toString();
        return BpfException.of("read")
                .map(map.name())
                .key(key)
                .because("the " + what + "'s bytes " + bytes + " can't be decoded as the record declares them: " + why)
                .cause(cause)
                .build();
    }

    private static String hex(ByteBuffer from, int at, int size) {
        byte[] shown = new byte[Math.min(size, MOST_BYTES)];
        from.get(at, shown);
        String hex = HexFormat.of().formatHex(shown);
        return size > MOST_BYTES ? hex + "... (" + size + " bytes)" : hex;
    }
}
