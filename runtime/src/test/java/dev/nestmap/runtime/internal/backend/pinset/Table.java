/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend.pinset;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An immutable map, which knows a hash of its contents of 64 bits: worlds share what does not change, and are compared by this hash. */
final class Table<K, V> {
    /** An object that says itself what is different in it; the hash code of a record has too few bits. */
    interface Coded {
        long code();
    }

    private final Map<K, V> entries;
    final long hash;

    Table() {
        this(Map.of(), 0);
    }

    private Table(Map<K, V> entries, long hash) {
        this.entries = entries;
        this.hash = hash;
    }

    static <K, V> Table<K, V> of(Map<K, V> entries) {
        long hash = 0;
        for (Map.Entry<K, V> entry : entries.entrySet()) {
            hash += code(entry.getKey(), entry.getValue());
        }
        return new Table<>(new HashMap<>(entries), hash);
    }

    Table<K, V> with(K key, V value) {
        @Nullable V old = entries.get(key);
        if (Objects.equals(old, value)) {
            return this;
        }
        Map<K, V> copy = new HashMap<>(entries);
        copy.put(key, value);
        return new Table<>(copy, hash - (old == null ? 0 : code(key, old)) + code(key, value));
    }

    Table<K, V> without(K key) {
        @Nullable V old = entries.get(key);
        if (old == null) {
            return this;
        }
        Map<K, V> copy = new HashMap<>(entries);
        copy.remove(key);
        return new Table<>(copy, hash - code(key, old));
    }

    @Nullable
    V get(K key) {
        return entries.get(key);
    }

    boolean has(K key) {
        return entries.containsKey(key);
    }

    Set<K> keys() {
        return entries.keySet();
    }

    Map<K, V> entries() {
        return entries;
    }

    private static long code(Object key, Object value) {
        return mix(mix(code(key)) + code(value));
    }

    private static long code(Object part) {
        return part instanceof Coded coded ? coded.code() : part.hashCode();
    }

    /** The finalizer of SplitMix64. */
    static long mix(long bits) {
        long z = bits + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
