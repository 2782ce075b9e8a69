/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapBinding;

/**
 * A live {@code STACK_TRACE}: stacks that programs record, by the id that {@code bpf_get_stackid} returned. User space reads and
 * removes them.
 *
 * @param <K> type of the ids
 * @param <E> type of the entries
 */
public abstract class StackTraceAccessor<K, E> extends ReadableAccessor<K, E> {
    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param codec converts entries from bytes
     */
    protected StackTraceAccessor(MapBinding binding, EntryCodec<K, E> codec) {
        super(binding, codec);
    }

    /**
     * Removes a stack.
     *
     * @param id id of the stack
     * @return false if there is none
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     */
    protected final boolean removeAt(K id) {
        try (Scratch scratch = Scratch.take(codec().keySize())) {
            codec().writeKey(id, scratch.block().bytes(), 0);
            return found(map().delete(scratch.block(), 0), MapOperation.DELETE, id);
        }
    }
}
