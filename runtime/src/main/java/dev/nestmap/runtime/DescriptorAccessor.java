/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.binding.BoundMap;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.schema.MapKind;

/**
 * A live map of sockets, control groups, perf events or programs, for use by programs. User space passes them as file descriptors and may
 * then close the descriptors, with two exceptions. A perf event leaves the map when the map's descriptor is closed, unless the map has
 * {@code BPF_F_PRESERVE_ELEMS}. A socket leaves the map when the socket is closed.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries, which have a key and nothing else
 */
public abstract class DescriptorAccessor<K, E> extends MapAccessor {
    private final EntryCodec<K, E> codec;

    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param codec converts keys to bytes and back
     */
    protected DescriptorAccessor(MapBinding binding, EntryCodec<K, E> codec) {
        super(binding);
        this.codec = codec;
        MapShape shape = BoundMap.of(binding).map().shape();
        checkSize(shape, "key", codec.keySize(), shape.keySize());
    }

    /**
     * Puts the object behind a file descriptor into the map, in place of the previous one.
     *
     * @param key key of the entry
     * @param descriptor file descriptor of this process
     * @throws BpfException if the map does not hold objects of this kind, or if the kernel rejects the operation for another reason
     * @throws IllegalArgumentException if the key does not fit its C type
     */
    protected final void putAt(K key, int descriptor) {
        requireSuccess(update(key, descriptor), MapOperation.UPDATE, key);
    }

    /** Does the same, and returns the result of {@link RawMap#update}. */
    final int update(K key, int descriptor) {
        int valueAt = Alignment.align(codec.keySize());
        try (Scratch scratch = Scratch.take(valueAt + Long.BYTES)) {
            codec.writeKey(key, scratch.block().bytes(), 0);
            if (shape().valueSize() == Long.BYTES) {
                scratch.block().bytes().putLong(valueAt, descriptor);
            } else {
                scratch.block().bytes().putInt(valueAt, descriptor);
            }
            return map().update(scratch.block(), 0, valueAt, RawMap.ANY);
        }
    }

    final EntryCodec<K, E> codec() {
        return codec;
    }

    /**
     * Removes an entry.
     *
     * @param key key of the entry
     * @return false if there was no entry; always true for an {@code XSKMAP}, because the kernel does not report it
     * @throws BpfException if the kernel rejects the operation
     * @throws IllegalArgumentException if the key does not fit its C type
     */
    protected final boolean removeAt(K key) {
        try (Scratch scratch = Scratch.take(codec.keySize())) {
            codec.writeKey(key, scratch.block().bytes(), 0);
            int result = map().delete(scratch.block(), 0);
            // For an index without a socket, a SOCKMAP returns EINVAL instead of ENOENT.
            boolean isWithoutSocket = result == -EINVAL && shape().kind() == MapKind.SOCKMAP;
            return !isWithoutSocket && found(result, MapOperation.DELETE, key);
        }
    }
}
