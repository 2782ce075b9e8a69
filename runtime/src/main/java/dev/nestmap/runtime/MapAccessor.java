/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.load.BoundMap;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import dev.nestmap.schema.CountText;
import org.jspecify.annotations.Nullable;

/**
 * A handle to a live map. It stands for one map, not for a slot of an outer map. Any thread may use the handle, even while another thread invalidates
 * it. Calls in progress finish first. Later calls throw an {@link dev.nestmap.runtime.error.InvalidHandleException} with the reason. A borrowed
 * handle is valid until its map leaves the outer map or the object is closed. The handle of an {@link OwnedMap} is valid until it is closed.
 *
 * <p>Operations on one key are methods of the generated accessors, with the key's type: {@code remove(long port)}. They call protected
 * methods of these classes, such as {@code removeAt(K key)}. Code for accessors of any type uses the operations on many keys.
 */
public abstract class MapAccessor {
    private final OpenMap map;
    private final boolean isLayoutCompared;

    /**
     * Creates an accessor. Generated code calls it for maps without entries, such as an {@code ARENA}.
     *
     * @param binding the map
     */
    protected MapAccessor(MapBinding binding) {
        BoundMap bound = BoundMap.of(binding);
        this.map = bound.map();
        this.isLayoutCompared = bound.isLayoutCompared();
    }

    /**
     * Does the same as {@link LoadedObject#spec} for an inner map with files of its own. Generated code calls it.
     *
     * @param generated the generated class
     * @param header name of the inner map and its header
     * @param interfaceVersion version of the interface between generated code and the runtime when the class was generated
     * @return the inner map as an object
     */
    protected static ObjectSpec spec(Class<?> generated, String header, int interfaceVersion) {
        return LoadedObject.spec(generated, header, interfaceVersion);
    }

    /** {@return the map's name in C; for an inner map, the name of its declaration} */
    public final String name() {
        return map.shape().name();
    }

    /**
     * Returns the kernel's id of the map, as {@code bpftool map} shows it. No other open map has this id. But rotations recycle inner maps,
     * so a map with this id may have been in another slot before. {@link Displaced#identity} differs each time.
     *
     * @return the id; in memory a number that is unique in this process
     */
    public final int id() {
        return map.id();
    }

    /**
     * {@return the kernel's map type, {@code BPF_MAP_TYPE_HASH} without the prefix: {@code HASH}, {@code ARRAY_OF_MAPS}}
     */
    public final String type() {
        return map.shape().kind().name();
    }

    /**
     * Returns the map's {@code max_entries}. For most types, it is the largest number of entries. For {@code RINGBUF} and {@code
     * USER_RINGBUF}, it is the size in bytes. For {@code ARENA}, it is the number of pages. For a {@code PERF_EVENT_ARRAY} of events, it is
     * the number of CPUs.
     *
     * @return from 1 to 2^32-1; 0 for {@code SK_STORAGE}, {@code INODE_STORAGE}, {@code TASK_STORAGE} and {@code CGRP_STORAGE},
     *     which have no limit
     */
    public final long maxEntries() {
        return map.shape().maxEntries();
    }

    /**
     * Estimates the memory that the kernel uses for the map: the values of an array, and the buckets and preallocated entries of a hash
     * table.
     *
     * @return a number of bytes
     */
    public final long memoryBytes() {
        return shape().memoryBytes(map.valueBytes());
    }

    /**
     * Returns whether Nestmap compared the place, size and sign of each field with the record when it loaded or opened the map. For an
     * outer map and its inner maps, this is about the fields of the inner maps.
     *
     * <p>If false, Nestmap compared only type, sizes and flags. If the creator of the map meant other fields, Nestmap misreads them. Nestmap can't
     * compare the fields in these cases:
     *
     * <ul>
     *   <li>the map has no BTF: BCC or {@code bpftool map create} created it, or it comes from a section {@code maps}
     *   <li>this process lacks CAP_SYS_ADMIN to read the BTF
     *   <li>the object states only {@code key_size} and {@code value_size}, or no BTF describes the records of a ring buffer
     *   <li>the outer map has no inner map yet, and the caller accepts that ({@link dev.nestmap.runtime.pin.PinOptions#withUncomparedInnerMaps})
     * </ul>
     *
     * @return whether the fields were compared. Always true for a map of an object whose header Nestmap generated, unless the map was opened without
     *     the object. Always false for a map without a record
     */
    public final boolean isLayoutCompared() {
        return isLayoutCompared;
    }

    /**
     * Attaches a program to this map.
     *
     * <p>A program for sockets ({@code sk_msg}, {@code sk_skb/stream_parser}, {@code sk_skb/stream_verdict}) requires a {@code SOCKMAP} or {@code
     * SOCKHASH}, and replaces the map's program of the same kind. A socket gets the map's programs when you put the socket into the map, so the
     * program sees only sockets that are added <em>after</em> the attachment. A socket keeps its programs until it leaves the map, even if the link
     * is closed ({@code sock_map_link} in net/core/sock_map.c).
     *
     * <p>Each inner map has its own programs. {@code create(key, map -> map.attach(program))} attaches a program before other programs can
     * see the map. After {@code rotate}, the new map in the slot has no programs.
     *
     * @param program the program
     * @return the link, which detaches the program when it is closed
     * @throws IllegalArgumentException if the map is not a {@code SOCKMAP} or {@code SOCKHASH}
     * @throws BpfException if the program is not for maps, or if the kernel rejects the operation
     */
    public final Link attach(Program program) {
        return map.attach(LoadedProgram.of(program));
    }

    /** Closes a map that the handle owns. */
    void release() {
        map.close("it was closed");
    }

    final OpenMap map() {
        return map;
    }

    final MapShape shape() {
        return map.shape();
    }

    /**
     * Returns whether an operation found its entry.
     *
     * @param result 0, {@code -ENOENT}, or the negative errno of another failure, which this throws
     * @param key for messages; null for an operation without a key
     */
    final boolean found(int result, MapOperation operation, @Nullable Object key) {
        if (result == 0 || result == -ErrnoNumbers.ENOENT) {
            return result == 0;
        }
        throw failed(operation, key, result);
    }

    /**
     * Creates the exception that a method of this map throws, and reports the failure to listeners.
     *
     * @param key null for an operation without a key
     * @param result a negative errno
     */
    final BpfException failed(MapOperation operation, @Nullable Object key, int result) {
        return OperationListeners.leaving(operation.failed(shape(), key, result));
    }

    /** Moves the iteration of a public method to its next batch, and reports a failure to listeners. */
    static boolean next(BatchScan scan) {
        return OperationListeners.reporting(scan::next);
    }

    /** Throws the exception of a failed operation on one key. */
    final void requireSuccess(int result, MapOperation operation, @Nullable Object key) {
        if (result != 0) {
            throw failed(operation, key, result);
        }
    }

    /**
     * Returns whether an update has written its entry: false if its condition was not met.
     *
     * @param condition {@link RawMap#ANY}, {@link RawMap#NOEXIST} or {@link RawMap#EXIST}
     */
    final boolean isWritten(int result, long condition, @Nullable Object key) {
        boolean isUnmet = (condition == RawMap.NOEXIST && result == -ErrnoNumbers.EEXIST)
                || (condition == RawMap.EXIST && result == -ErrnoNumbers.ENOENT);
        if (!isUnmet) {
            requireSuccess(result, MapOperation.UPDATE, key);
        }
        return result == 0;
    }

    /** Returns memory of this size that starts with a value. The caller closes it. */
    static <T> Scratch encode(Codec<T> codec, T value, int size) {
        Scratch scratch = Scratch.take(size);
        try {
            codec.write(value, scratch.block().bytes(), 0);
            return scratch;
        } catch (Throwable e) { // a codec can throw anything, and the memory must return to its pool
            scratch.close();
            throw e;
        }
    }

    /** Checks the record of a map that was loaded with an object, or of its inner maps, see {@link EntryDecoder#checkZeros}. */
    void checkRecord() {
        // Only entries that have a key and a value can be in doubt.
    }

    /** Checks that a key or value of the map has the size of the record's C type. */
    static void checkSize(MapShape map, String what, int declared, int actual) {
        if (declared != actual) {
            throw BpfException.of(Reason.MISMATCH, "binding of map " + map.name())
                    .because("its " + what + " has " + CountText.of(actual, "byte") + " and the record's C type "
                            + declared + "; compile the object against the generated header");
        }
    }

    @Override
    public final String toString() {
        return type() + " " + name() + " (id " + id() + ")";
    }
}
