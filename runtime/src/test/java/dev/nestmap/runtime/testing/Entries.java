/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import java.nio.ByteBuffer;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The codec of entries that have one component beside their key. */
public final class Entries<K, V, E> extends EntryCodec<K, E> {
    private final Codec<K> key;
    private final Function<E, K> keyOf;
    private final Codec<V> value;
    private final Function<E, V> valueOf;
    private final BiFunction<K, V, E> entry;

    public Entries(
            Codec<K> key, Function<E, K> keyOf, Codec<V> value, Function<E, V> valueOf, BiFunction<K, V, E> entry) {
        super(key.size(), value.size());
        this.key = key;
        this.keyOf = keyOf;
        this.value = value;
        this.valueOf = valueOf;
        this.entry = entry;
    }

    @Override
    public void writeKey(K written, ByteBuffer to, int at) {
        key.write(written, to, at);
    }

    @Override
    public K readKey(ByteBuffer from, int at) {
        return key.read(from, at);
    }

    @Override
    public K keyOf(E of) {
        return keyOf.apply(of);
    }

    @Override
    public void writeValue(E written, ByteBuffer to, int at) {
        value.write(valueOf.apply(written), to, at);
    }

    @Override
    public E read(K read, ByteBuffer from, int at) {
        return entry.apply(read, value.read(from, at));
    }
}
