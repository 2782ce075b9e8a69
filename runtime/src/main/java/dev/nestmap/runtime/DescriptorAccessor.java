/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.program.Link;
import dev.nestmap.runtime.program.Program;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.schema.MapKind;

/**
 * A live map that programs find sockets, control groups, perf events or programs in. User space puts them in as file
 * descriptors, which it may close afterwards, except where the kernel says otherwise: a perf event leaves when the map's
 * descriptor is closed, unless the map has {@code BPF_F_PRESERVE_ELEMS}; a socket leaves when it is closed.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries, which are keys only
 */
public abstract class DescriptorAccessor<K, E> extends MapAccessor {
    private final EntryCodec<K, E> codec;

    /** For generated code. */
    protected DescriptorAccessor(MapHandle handle, EntryCodec<K, E> codec) {
        super(handle);
        this.codec = codec;
        MapShape shape = handle.map().shape();
        checkSize(shape, "key", codec.key().size(), shape.keySize());
    }

    /**
     * Puts what a file descriptor of this process stands for at the key, in place of what was there.
     *
     * @throws BpfException when the descriptor is none of the kind that the map holds, or the kernel refuses for another reason
     */
    public final <Q extends K> void put(Q key, int descriptor) {
        int valueAt = Alignment.align(codec.key().size());
        try (Scratch scratch = Scratch.take(valueAt + Long.BYTES)) {
            codec.key().write(key, scratch.block().bytes(), 0);
            if (shape().valueSize() == Long.BYTES) {
                scratch.block().bytes().putLong(valueAt, descriptor);
            } else {
                scratch.block().bytes().putInt(valueAt, descriptor);
            }
            int result = map().update(scratch.block(), 0, valueAt, UpdateMode.ANY.flag());
            if (result != 0) {
                throw MapOperation.UPDATE.failed(shape(), key, result);
            }
        }
    }

    /**
     * Attaches an {@code sk_msg}, {@code sk_skb/stream_parser} or {@code sk_skb/stream_verdict} program to this SOCKMAP or
     * SOCKHASH, in place of one of the same kind. The program sees what a socket sends or receives if the socket is put here
     * <em>after that</em>: a socket takes over the programs of a map when it is put into the map, and keeps them until it
     * leaves the map, even if the link is closed ({@code sock_map_link} in net/core/sock_map.c).
     *
     * <p>Each inner map has programs of its own; {@code create(key, map -> map.attach(program))} attaches one before programs
     * find the map. The map that {@code rotate} puts in the place of another has none.
     *
     * @throws IllegalArgumentException if the map does not hold sockets that send and receive
     * @throws BpfException if the program is of another kind, or if the kernel refuses
     */
    public final Link attach(Program program) {
        if (kind() != MapKind.SOCKMAP && kind() != MapKind.SOCKHASH) {
            throw new IllegalArgumentException(
                    "map " + name() + " is a " + kind() + ": programs attach to a SOCKMAP or SOCKHASH");
        }
        return map().attach(LoadedProgram.of(program));
    }

    final EntryCodec<K, E> codec() {
        return codec;
    }

    /** Removes what is at the key; false when there is nothing, of which the kernel does not tell of an XSKMAP. */
    public final <Q extends K> boolean remove(Q key) {
        try (Scratch scratch = Scratch.take(codec.key().size())) {
            codec.key().write(key, scratch.block().bytes(), 0);
            int result = map().delete(scratch.block(), 0);
            // A SOCKMAP says EINVAL of an index where no socket is.
            if (result == 0 || result == -ENOENT || (result == -EINVAL && kind() == MapKind.SOCKMAP)) {
                return result == 0;
            }
            throw MapOperation.DELETE.failed(shape(), key, result);
        }
    }
}
