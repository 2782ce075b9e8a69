/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.schema.CountText;
import dev.nestmap.types.ByteString;

/**
 * Operations of an outer map that few services need.
 *
 * @param <K> type of the keys
 * @param <M> type of handles to inner maps
 */
public final class OuterMapExpert<K, M extends MapAccessor> {
    private final OuterAccessor<K, M> outer;

    OuterMapExpert(OuterAccessor<K, M> outer) {
        this.outer = outer;
    }

    /**
     * Returns drains, rotations and removals without checks. They run even if programs may still write to a displaced map, or if unknown
     * processes may change the slots. {@link Displaced#isExact} of their maps is false. Counts that programs add after the caller has read a
     * map are lost.
     *
     * @return the unchecked operations of this map
     */
    public Drainable<K, M> unchecked() {
        return new SlotDrains<>(outer.nest, outer.converter, false);
    }

    /**
     * Counts the inner maps that Nestmap keeps for the next rotations. They are maps that were displaced and then acknowledged. Nestmap keeps at most
     * as many as recent rotations needed at once, and none for a pinned outer map. docs/how-to/many-maps.md lists which maps are recycled.
     *
     * @return the number of maps
     */
    public long spareCount() {
        return outer.nest.spares().count();
    }

    /**
     * Estimates the memory that the kernel uses for the maps of {@link #spareCount}: their buckets and preallocated entries.
     *
     * @return a number of bytes
     */
    public long spareBytes() {
        return outer.nest.spares().bytes();
    }

    /**
     * Converts a key to the bytes of its C type, as in {@link MapIdentity#outerKey}.
     *
     * @param key the key
     * @return the bytes, in this machine's byte order
     * @throws IllegalArgumentException if the key does not fit its C type
     */
    public ByteString keyToBytes(K key) {
        return ByteString.of(outer.converter.slot(key).bytes());
    }

    /**
     * Converts the bytes of a key, such as {@link MapIdentity#outerKey}.
     *
     * @param bytes the bytes of the C type, in this machine's byte order
     * @return the key
     * @throws IllegalArgumentException if the number of bytes is not the size of the C type
     * @throws BpfException if the bytes are not a valid value of the record
     */
    public K keyFromBytes(ByteString bytes) {
        if (bytes.size() != outer.shape().keySize()) {
            throw new IllegalArgumentException("a key of " + outer.name() + " has "
                    + CountText.of(outer.shape().keySize(), "byte") + ", and not " + bytes.size());
        }
        return outer.converter.decode(bytes.toBytes());
    }
}
