/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.load.LoadedState;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.memory.SharedWordAccess;
import dev.nestmap.runtime.internal.open.MapMemory;
import dev.nestmap.runtime.internal.open.SharedVariable;
import dev.nestmap.runtime.spi.ObjectBinding;
import java.nio.ByteBuffer;

/**
 * A global variable in the memory that programs use. Reads and writes need no system call. Generated classes extend it.
 *
 * <p>Each aligned word of up to 8 bytes is read or written as a whole. If a record has several words, a program may write to it between the
 * reads of two words. Reads have acquire semantics, writes have release semantics, as {@link ArrayView} explains.
 *
 * <p>The variable is valid until its object is closed. Afterwards every call throws {@link InvalidHandleException}. Any thread may use it,
 * even while another thread closes the object.
 *
 * @param <R> type of the record
 */
public abstract class Variable<R> {
    private final SharedVariable variable;
    private final MapMemory memory;
    private final ByteBuffer bytes;
    private final Codec<R> codec;

    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param object the object
     * @param name name of the variable in C
     * @param codec converts the record to bytes and back
     * @throws dev.nestmap.runtime.error.BpfException if the kernel can't map the variable's memory
     */
    protected Variable(ObjectBinding object, String name, Codec<R> codec) {
        this.variable = LoadedState.of(object).globals().share(name);
        this.memory = variable.section();
        this.bytes = memory.bytes();
        this.codec = codec;
    }

    /** {@return the name of the variable in C} */
    public final String name() {
        return variable.name();
    }

    /**
     * Reads the variable, word by word.
     *
     * @return the value; if it has several words, programs may have written between the reads of two words
     * @throws InvalidHandleException if the object has been closed
     * @throws dev.nestmap.runtime.error.BpfException if the bytes are not a valid value of the record
     */
    public final R get() {
        int size = codec.size();
        try (Scratch scratch = Scratch.take(size)) {
            ByteBuffer copy = scratch.block().bytes();
            SharedWordAccess.read(bytes, variable.offset(), copy, 0, size);
            memory.checkRead();
            return EntryDecoder.value(memory.shape().withName(name()), codec, copy, 0);
        }
    }

    /**
     * Writes the variable, word by word. If a program writes at the same moment, one of the two writes is lost. So declare two variables: one that
     * only programs change, and one that only Java changes.
     *
     * @param value the value
     * @throws IllegalArgumentException if a component does not fit its C type; then nothing is written
     * @throws InvalidHandleException if the object has been closed
     */
    public final void set(R value) {
        int size = codec.size();
        try (Scratch scratch = Scratch.take(size)) {
            ByteBuffer copy = scratch.block().bytes();
            codec.write(value, copy, 0);
            memory.write(() -> SharedWordAccess.write(copy, 0, bytes, variable.offset(), size));
        }
    }
}
