/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.NestCopy;
import dev.nestmap.runtime.internal.map.NestLayout;
import dev.nestmap.runtime.internal.map.NestReader;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries with the BPF programs of {@code nest_reader.bpf.c}, which are loaded once for each outer map. Copies requests and answers
 * to and from a buffer that it shares with the programs. So a buffer is used only during a system call, and never while user code runs.
 */
public final class KernelNestReader implements NestReader {
    /** Size of a buffer. It also bounds how long a call occupies the CPU: to copy 4,000 entries of 32 bytes takes 0.2 ms. */
    static final int BUFFER_SIZE = 1 << 17;

    /**
     * The largest sum of {@code max_entries} of the inner maps that one call visits. A hash map has up to twice as many buckets, and each takes
     * about 18 ns even if it is empty.
     */
    static final int MOST_VISITS = 1 << 14;

    /** The most requests of one lookup: 0.2 ms. Larger numbers save nothing. */
    static final int MOST_LOOKUPS = 512;

    /** The largest request. Larger ones save little, and the verifier follows the copying of each word. */
    static final int MOST_REQUEST_BYTES = 1 << 13;

    private static final int ANSWERED_AT = 4;
    private static final int END_AT = 8;

    /**
     * Kinds of inner maps that programs read without a side effect. The lookup of a program marks an entry of an LRU map
     * as recently used, and the lookup of a system call does not.
     */
    static final Set<MapKind> KINDS = Set.of(MapKind.HASH, MapKind.ARRAY);

    /** Flags of maps that programs or system calls can't read. */
    static final long UNREADABLE = MapFlags.WRONLY_PROG | MapFlags.WRONLY;

    private static final System.Logger LOGGER = System.getLogger("dev.nestmap.runtime");

    private final NestLayout layout;
    private final int capacity;
    private final RequestBuffers buffers;
    private final int bufferSize;
    private final Runnable onClose;

    private KernelNestReader(NestLayout layout, RequestBuffers buffers, int bufferSize, Runnable onClose) {
        this.layout = layout;
        this.capacity = Math.min(MOST_LOOKUPS, (bufferSize - RequestBuffers.HEADER_SIZE) / layout.requestSize());
        this.buffers = buffers;
        this.bufferSize = bufferSize;
        this.onClose = onClose;
    }

    /**
     * Returns a reader by programs that another process has pinned.
     *
     * @param buffer the map with the buffer
     * @param getEntries file descriptor of the program that looks up entries
     * @param copyEntries file descriptor of the program that copies whole inner maps
     * @param onClose closes all of them
     */
    public static NestReader pinned(
            NestLayout layout, KernelMap buffer, int getEntries, int copyEntries, Runnable onClose) {
        return new KernelNestReader(
                layout,
                RequestBuffers.pinned(buffer, getEntries, copyEntries),
                buffer.shape().valueSize(),
                onClose);
    }

    /** Returns why programs can't read inner maps of this shape as system calls do; null if they can. */
    static @Nullable String obstacle(MapShape outer, MapShape inner, NestLayout layout) {
        if (!outer.kind().isMapOfMaps() || !KINDS.contains(inner.kind())) {
            return "each is a " + inner.kind() + ", and must be a HASH or an ARRAY";
        }
        if (((outer.flags() | inner.flags()) & UNREADABLE) != 0) {
            return "BPF_F_WRONLY or BPF_F_WRONLY_PROG is set, of them or of the outer map, and forbids reading";
        }
        if (inner.managed() == null) {
            return "it is not known whether their values have fields that the kernel manages, because their BTF can't be read";
        }
        if (!inner.managed().isEmpty()) {
            return "their values have fields that the kernel manages, such as a spin lock";
        }
        return layout.requestSize() <= MOST_REQUEST_BYTES
                ? null
                : "a request, which contains both keys, 8 bytes for the answer and the value, takes "
                        + layout.requestSize() + " bytes, and at most " + MOST_REQUEST_BYTES + " are possible";
    }

    /** Loads the programs. Null if the kernel refuses, for example because this process lacks CAP_BPF or CAP_PERFMON. */
    static @Nullable KernelNestReader load(KernelMap outer, NestLayout layout) {
        if (!KernelFeature.RAW_TRACEPOINT_RUNS.isPresent()) {
            return null;
        }
        try {
            NestReaderObject object =
                    NestReaderObject.load(outer, layout, BUFFER_SIZE, RequestBuffers.count(), MOST_VISITS);
            try (Undo undo = new Undo(object::close)) {
                return undo.commit(new KernelNestReader(
                        layout,
                        RequestBuffers.of(
                                object.buffers(),
                                BUFFER_SIZE,
                                object.getEntries(),
                                index -> ProgramRun.ofTracepoint(object.copyEntries(), index)),
                        BUFFER_SIZE,
                        object::close));
            }
        } catch (BpfException e) {
            LOGGER.log(Level.DEBUG, () -> "entries of " + outer.shape().name() + " are read without a program", e);
            return null;
        }
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public boolean lookup(Block requests, int count) {
        return buffers.lookup(requests, count, count * layout.requestSize());
    }

    @Override
    public int copyBytes() {
        return bufferSize;
    }

    @Override
    public boolean copy(NestCopy copy) {
        RequestBuffer buffer = buffers.take();
        if (buffer == null) {
            return false;
        }
        try {
            ByteBuffer shared = buffer.bytes();
            int requestBytes = copy.count() * layout.copyRequestSize();
            int start = RequestBuffers.HEADER_SIZE + requestBytes;
            shared.putInt(0, copy.count()).putInt(END_AT, start);
            shared.put(RequestBuffers.HEADER_SIZE, copy.requests().bytes(), 0, requestBytes);
            if (buffer.copy() != 0) {
                return false;
            }
            int answered = shared.getInt(ANSWERED_AT);
            int end = shared.getInt(END_AT);
            if (answered < 0 || answered > copy.count() || end < start || end > bufferSize) {
                return false;
            }
            copy.requests().bytes().put(0, shared, RequestBuffers.HEADER_SIZE, requestBytes);
            copy.entries().bytes().put(0, shared, start, end - start);
            return copy.accept(answered, start, end);
        } finally {
            buffer.giveBack();
        }
    }

    @Override
    public void close() {
        buffers.close();
        onClose.run();
    }
}
