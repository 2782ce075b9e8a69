/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.load.BackendOperations;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.Schema;
import dev.nestmap.types.ByteString;
import java.nio.file.Path;

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
     * Returns drains, rotations and removals that go ahead where Nestmap can't promise that no program writes to a displaced map any more, or
     * where it does not know other processes that change the slots. {@link Displaced#isExact} of their maps is false. Counts that programs add
     * after the caller has read a map are lost.
     *
     * @return the unchecked operations of this map
     */
    public Drainable<K, M> unchecked() {
        return new SlotDrains<>(outer.nest, outer.slots, false);
    }

    /**
     * Lets a process without privileges read this map and the entries of its inner maps. The other process opens the path with {@link
     * dev.nestmap.runtime.pin.MapAccess#READ_ONLY}, and reads single entries by both keys, or all entries. It needs no capability, only the
     * right to read the pins. This method pins small BPF programs that only read, and a buffer. It does not pin the map, because a user who
     * may read a map's pin can also write to the map.
     *
     * <p>Pin a reader for each process: two processes can't use a reader at the same time, because its programs have one buffer. The method
     * replaces an earlier reader at the path. A reader stays bound to this map even if another map is pinned in its place, so call the
     * method at each start and after each migration.
     *
     * <p>Requires CAP_BPF and CAP_PERFMON, and inner maps of type HASH or ARRAY without fields that the kernel manages.
     *
     * @param path path of the reader, absolute or below the directory of the options; the pins are {@code path}, {@code path-prototype} and
     *     files in {@code path-reader}
     * @param options the mode and the owner of the pins. With {@code rw-r--r--}, every user may read. To let only a group read, use {@code
     *     rw-r-----}, and pass this process's user and the group to {@link PinOptions#withOwner}
     * @throws IllegalArgumentException if the options let other users write, or make another user the owner of the pins
     * @throws BpfException if something else is pinned at the path, or if the kernel rejects the operation
     */
    public void pinReader(Path path, PinOptions options) {
        BackendOperations.pinReader(outer.map(), outer.nest.innerShape(), outer.binding.schema(), path, options);
    }

    /**
     * Counts the inner maps that Nestmap keeps for the next rotations: maps that {@code rotate} or {@code take} displaced and the caller
     * acknowledged. Nestmap keeps at most as many as recent rotations needed at once, and none of a pinned outer map.
     * docs/how-to/many-maps.md lists which maps are recycled.
     *
     * @return the number of maps
     */
    public long spareCount() {
        return outer.nest.spareCount();
    }

    /**
     * Estimates the memory that the kernel uses for the maps of {@link #spareCount}: their buckets and preallocated entries.
     *
     * @return a number of bytes
     */
    public long spareBytes() {
        return outer.nest.spareBytes();
    }

    /**
     * Returns a fingerprint of the layout of keys, inner keys and inner values: the names and C types of all fields, as the records declare
     * them. Names and sizes of maps are not part of it. In two maps with the same fingerprint, the same bytes have the same meaning.
     *
     * @return the letter L and 14 hexadecimal digits
     */
    public String layout() {
        Schema schema = outer.binding.schema();
        return LayoutFingerprint.of(schema, schema.map(outer.name()).orElseThrow());
    }

    /**
     * Converts a key to the bytes of its C type, as in {@link MapIdentity#outerKey}.
     *
     * @param key the key
     * @return the bytes, in this machine's byte order
     * @throws IllegalArgumentException if the key does not fit its C type
     */
    public ByteString keyToBytes(K key) {
        return ByteString.of(outer.slots.slot(key).bytes());
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
        return outer.slots.decode(bytes.toBytes());
    }
}
