/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import dev.nestmap.runtime.internal.map.MapShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** LPM_TRIE ({@code kernel/bpf/lpm_trie.c}). A key is the prefix length in bits, in the machine's byte order, followed by the data. */
final class HeapTrie extends HeapKeyedMap {
    HeapTrie(MapShape shape) {
        super(shape, null, HeapTrie::compare);
    }

    @Override
    synchronized @Nullable Object find(byte[] key) {
        if (!isKey(key)) {
            return null;
        }
        byte[] prefix = key.clone();
        for (int length = length(key); length >= 0; length--) {
            ByteBuffer.wrap(prefix).order(ByteOrder.nativeOrder()).putInt(0, length);
            Object value = entries.get(prefix);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** Rejects a prefix that is longer than the data. */
    @Override
    boolean isKey(byte[] bytes) {
        int bits = (shape().keySize() - Integer.BYTES) * Byte.SIZE;
        return Integer.compareUnsigned(length(bytes), bits) <= 0;
    }

    @Override
    Map.@Nullable Entry<byte[], Object> afterBatch(byte[] last) {
        return after(last);
    }

    private static int length(byte[] key) {
        return ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()).getInt(0);
    }

    /** The order of {@code trie_get_next_key}, the trie's postorder: a prefix comes after the longer prefixes that begin with it. */
    private static int compare(byte[] one, byte[] other) {
        int common = Math.min(length(one), length(other));
        for (int bit = 0; bit < common; bit++) {
            int difference = bit(one, bit) - bit(other, bit);
            if (difference != 0) {
                return difference;
            }
        }
        return Integer.compare(length(other), length(one));
    }

    private static int bit(byte[] key, int index) {
        return (key[Integer.BYTES + index / Byte.SIZE] >> (Byte.SIZE - 1 - index % Byte.SIZE)) & 1;
    }
}
