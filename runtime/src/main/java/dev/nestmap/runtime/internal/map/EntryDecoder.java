/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Makes Java values of a map's bytes. Where that fails, because no constant stands for a number or a record's constructor
 * throws, the exception says which map, which key and which bytes.
 */
public final class EntryDecoder {
    /** How many bytes a message shows; what was wrong with the others, their exception says. */
    private static final int MOST_BYTES = 256;

    private EntryDecoder() {}

    /** The key at this place. */
    public static <K> K key(MapShape map, Codec<K> codec, ByteBuffer from, int at) {
        try {
            return codec.read(from, at);
        } catch (RuntimeException e) {
            throw failed(map, null, "key", hex(from, at, codec.size()), e);
        }
    }

    /** The entry without a key at this place. */
    public static <E> E value(MapShape map, Codec<E> codec, ByteBuffer from, int at) {
        try {
            return codec.read(from, at);
        } catch (RuntimeException e) {
            throw failed(map, null, "entry", hex(from, at, codec.size()), e);
        }
    }

    /** The entry with this key, the value of which is at this place. */
    public static <K, E> E entry(MapShape map, EntryCodec<K, E> codec, K key, ByteBuffer from, int at) {
        try {
            return codec.read(key, from, at);
        } catch (RuntimeException e) {
            throw failed(map, key, "value", hex(from, at, codec.valueSize()), e);
        }
    }

    private static BpfException failed(
            MapShape map, @Nullable Object key, String what, String bytes, RuntimeException cause) {
        // Its own message, as far as it is one of ours, says what to do.
        String why = cause instanceof BpfException ? cause.getMessage() : cause.toString();
        return BpfException.of("read")
                .map(map.name())
                .key(key)
                .because("the " + what + "'s bytes " + bytes + " are no value of the record's: " + why)
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
