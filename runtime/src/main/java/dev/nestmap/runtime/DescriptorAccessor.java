/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;

import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.load.BoundMap;
import dev.nestmap.runtime.internal.map.MapErrors;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A live map of sockets, control groups, perf events or programs, for use by programs. User space passes file descriptors and may then close them.
 * There are two exceptions. A perf event leaves the map when the map's descriptor is closed, unless the map has {@code BPF_F_PRESERVE_ELEMS}. A
 * socket leaves the map when the socket is closed.
 *
 * <p>A {@code PROG_ARRAY} has the targets of {@code bpf_tail_call}. A change takes effect at the next jump; running programs continue. A jump
 * to an empty slot returns to the calling program. If no process has the array open, and the array is not pinned, the kernel empties it, even
 * if programs use it ({@code prog_array_map_clear} in kernel/bpf/arraymap.c).
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
    private int update(K key, int descriptor) {
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

    /**
     * Puts a program into a slot of a {@code PROG_ARRAY}, in place of the previous one.
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
                                        .map(DescriptorAccessor::described)
                                        .collect(Collectors.joining(", "))
                                + ", which use" + (others.size() == 1 ? "s" : "") + " the array. "
                                + MapErrors.SAME_SECTION));
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
        int valueAt = Alignment.align(codec.keySize());
        try (Scratch scratch = Scratch.take(valueAt + Integer.BYTES)) {
            codec.writeKey(slot, scratch.block().bytes(), 0);
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
