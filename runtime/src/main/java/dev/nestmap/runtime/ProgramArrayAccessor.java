/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.program.Program;
import dev.nestmap.runtime.spi.MapHandle;
import org.jspecify.annotations.Nullable;

/**
 * A live PROG_ARRAY: programs that other programs jump to by {@code bpf_tail_call}. A change takes effect with the next jump;
 * programs that are running go on. A jump to an empty slot returns to the program that tried it.
 *
 * <p>The kernel empties a program array when no process has it open and no path has it pinned any more, even if programs use it
 * ({@code prog_array_map_clear} in kernel/bpf/arraymap.c).
 *
 * @param <K> type of the indexes
 * @param <E> type of the entries, which are indexes only
 */
public abstract class ProgramArrayAccessor<K, E> extends DescriptorAccessor<K, E> {
    /** For generated code. */
    protected ProgramArrayAccessor(MapHandle handle, EntryCodec<K, E> codec) {
        super(handle, codec);
    }

    /**
     * Puts a program into a slot, in place of what is there.
     *
     * @throws BpfException when the program is of another type than those that the array is for, or its object has been closed
     */
    public final <Q extends K> void put(Q slot, Program program) {
        LoadedProgram.of(program).withFd("update of map " + name() + ", key " + slot, fd -> put(slot, fd));
    }

    /** The kernel's id of the program in a slot, as {@link Program#id()} has it; null when it is empty. */
    public final <Q extends K> @Nullable Integer programId(Q slot) {
        int valueAt = Alignment.align(codec().key().size());
        try (Scratch scratch = Scratch.take(valueAt + Integer.BYTES)) {
            codec().key().write(slot, scratch.block().bytes(), 0);
            int result = map().lookup(scratch.block(), 0, valueAt);
            if (result == 0) {
                return scratch.block().bytes().getInt(valueAt);
            }
            if (result == -ENOENT) {
                return null;
            }
            throw MapOperation.LOOKUP.failed(shape(), slot, result);
        }
    }

    /** Whether there is a program in a slot. */
    public final <Q extends K> boolean contains(Q slot) {
        return programId(slot) != null;
    }
}
