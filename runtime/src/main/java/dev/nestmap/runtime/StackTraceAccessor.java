/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapHandle;

/** A live STACK_TRACE: stacks that programs record, by the id that they got. User space reads and removes. */
public abstract class StackTraceAccessor<K, E> extends ReadableAccessor<K, E> {
    /** For generated code. */
    protected StackTraceAccessor(MapHandle handle, EntryCodec<K, E> codec) {
        super(handle, codec);
    }

    /** Removes the stack with this id; false when there is none. */
    public <Q extends K> boolean remove(Q id) {
        try (Scratch scratch = Scratch.take(codec().key().size())) {
            codec().key().write(id, scratch.block().bytes(), 0);
            int result = map().delete(scratch.block(), 0);
            if (result == 0 || result == -ENOENT) {
                return result == 0;
            }
            throw MapOperation.DELETE.failed(shape(), id, result);
        }
    }
}
