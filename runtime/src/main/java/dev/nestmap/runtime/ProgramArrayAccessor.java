/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;

import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.map.MapErrors;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.spi.MapBinding;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A live {@code PROG_ARRAY}: the targets of {@code bpf_tail_call}. A change takes effect at the next jump; running programs continue. A
 * jump to an empty slot returns to the calling program.
 *
 * <p>The kernel empties a program array when no process has it open and it is not pinned, even if programs use it ({@code
 * prog_array_map_clear} in kernel/bpf/arraymap.c).
 *
 * @param <K> type of the indexes
 * @param <E> type of the entries, which have an index and nothing else
 */
public abstract class ProgramArrayAccessor<K, E> extends DescriptorAccessor<K, E> {
    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param codec converts indexes to bytes and back
     */
    protected ProgramArrayAccessor(MapBinding binding, EntryCodec<K, E> codec) {
        super(binding, codec);
    }

    /**
     * Puts a program into a slot, in place of the previous one.
     *
     * @param slot index of the slot
     * @param program the program
     * @throws BpfException if the program's type differs from the type that the array holds, if its object is closed, or if the
     *     array has no such slot
     */
    protected final void putAt(K slot, Program program) {
        LoadedProgram loaded = LoadedProgram.of(program);
        loaded.withFd("update of map " + name() + ", key " + slot, fd -> {
            int result = update(slot, fd);
            List<UntypedProgram> others = result == -EINVAL ? loaded.othersWith(map().id()) : List.of();
            if (!others.isEmpty()) {
                throw OperationListeners.leaving(BpfException.of(Reason.WRONG_USE, MapOperation.UPDATE.noun())
                        .map(shape().name())
                        .key(slot)
                        .errno(EINVAL)
                        .because(described(program) + " differs from "
                                + others.stream()
                                        .map(ProgramArrayAccessor::described)
                                        .collect(Collectors.joining(", "))
                                + ", which use" + (others.size() == 1 ? "s" : "") + " the array. "
                                + MapErrors.SAME_SECTION)
                        .build());
            }
            requireSuccess(result, MapOperation.UPDATE, slot);
        });
    }

    private static String described(Program program) {
        return "program " + program.name() + " of SEC(\"" + program.section() + "\")";
    }

    /**
     * Returns the id of the program in a slot, as {@link Program#id()} does.
     *
     * @param slot index of the slot
     * @return the kernel's id; null if the slot is empty
     * @throws BpfException if the kernel rejects the operation
     */
    protected final @Nullable Integer programIdAt(K slot) {
        int valueAt = Alignment.align(codec().keySize());
        try (Scratch scratch = Scratch.take(valueAt + Integer.BYTES)) {
            codec().writeKey(slot, scratch.block().bytes(), 0);
            int result = map().lookup(scratch.block(), 0, valueAt);
            return found(result, MapOperation.LOOKUP, slot)
                    ? scratch.block().bytes().getInt(valueAt)
                    : null;
        }
    }

    /**
     * Tests for a program in a slot.
     *
     * @param slot index of the slot
     * @return whether the slot has a program
     * @throws BpfException if the kernel rejects the operation
     */
    protected final boolean containsAt(K slot) {
        return programIdAt(slot) != null;
    }
}
