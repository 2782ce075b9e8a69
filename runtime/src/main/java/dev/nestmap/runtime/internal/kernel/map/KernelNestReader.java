/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.NestCopy;
import dev.nestmap.runtime.internal.map.NestLayout;
import dev.nestmap.runtime.internal.map.NestReader;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.SharedMemory;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries with the BPF programs of {@code nest_reader.bpf.c}, which are loaded once for each outer map. Copies requests and answers
 * to and from a buffer that it shares with the programs. So a buffer is used only during a system call, and never while user code runs.
 */
final class KernelNestReader implements NestReader {
    /** Size of a buffer. It also bounds how long a call occupies the CPU: to copy 4,000 entries of 32 bytes takes 0.2 ms. */
    static final int BUFFER_SIZE = 1 << 17;

    /** The number of buffers of one reader: as many threads read at the same time, and others read in another way. */
    private static final int FEWEST_BUFFERS = 4;

    private static final int MOST_BUFFERS = 8;

    /**
     * The largest sum of {@code max_entries} of the inner maps that one call visits. A hash map has up to twice as many buckets, and each takes
     * about 18 ns even if it is empty.
     */
    static final int MOST_VISITS = 1 << 14;

    /** The most requests of one lookup: 0.2 ms. Larger numbers save nothing. */
    private static final int MOST_LOOKUPS = 512;

    /** The largest request. Larger ones save little, and the verifier follows the copying of each word. */
    private static final int MOST_REQUEST_BYTES = 1 << 13;

    /** {@code struct header} in {@code nest_reader.bpf.c}. */
    static final int HEADER_SIZE = 24;

    private static final int ANSWERED_AT = 4;
    private static final int END_AT = 8;

    /**
     * Kinds of inner maps that programs read without a side effect. The lookup of a program marks an entry of an LRU map
     * as recently used, and the lookup of a system call does not.
     */
    private static final Set<MapKind> KINDS = Set.of(MapKind.HASH, MapKind.ARRAY);

    /** Flags of maps that programs or system calls can't read. */
    private static final long UNREADABLE = MapFlags.WRONLY_PROG | MapFlags.WRONLY;

    private static final System.Logger LOGGER = System.getLogger("dev.nestmap.runtime");

    private final NestLayout layout;
    private final int capacity;
    private final NestReaderObject object;
    private final SharedMemory memory;
    private final List<NestBuffer> buffers;

    private KernelNestReader(NestLayout layout, NestReaderObject object, int buffers) {
        this.layout = layout;
        this.capacity = Math.min(MOST_LOOKUPS, (BUFFER_SIZE - HEADER_SIZE) / layout.requestSize());
        this.object = object;
        this.memory = object.buffers().mmap(true);
        this.buffers = IntStream.range(0, buffers)
                .mapToObj(index -> new NestBuffer(memory.bytes(), BUFFER_SIZE, index))
                .toList();
    }

    /** Whether programs can read inner maps of this shape as system calls do. */
    static boolean isFor(MapShape outer, MapShape inner, NestLayout layout) {
        return outer.kind().isMapOfMaps()
                && KINDS.contains(inner.kind())
                && ((outer.flags() | inner.flags()) & UNREADABLE) == 0
                && inner.managed() != null
                && inner.managed().isEmpty()
                && layout.requestSize() <= MOST_REQUEST_BYTES;
    }

    /** Loads the programs. Null if the kernel refuses, for example because this process lacks CAP_BPF or CAP_PERFMON. */
    static @Nullable KernelNestReader load(KernelMap outer, NestLayout layout) {
        if (!KernelFeature.RAW_TRACEPOINT_RUNS.isPresent()) {
            return null;
        }
        int buffers = Math.max(
                FEWEST_BUFFERS, Math.min(MOST_BUFFERS, Runtime.getRuntime().availableProcessors()));
        try {
            NestReaderObject object = NestReaderObject.load(outer, layout, BUFFER_SIZE, buffers, MOST_VISITS);
            try {
                return new KernelNestReader(layout, object, buffers);
            } catch (Throwable e) { // even after an Error, nobody else would close the object
                object.close();
                throw e;
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
        NestBuffer buffer = take();
        if (buffer == null) {
            return false;
        }
        try {
            int size = count * layout.requestSize();
            buffer.bytes().putInt(0, count);
            buffer.bytes().put(HEADER_SIZE, requests.bytes(), 0, size);
            if (buffer.run(object.getEntries()) != 0) {
                return false;
            }
            requests.bytes().put(0, buffer.bytes(), HEADER_SIZE, size);
            return true;
        } finally {
            buffer.giveBack();
        }
    }

    @Override
    public boolean copy(NestCopy copy) {
        NestBuffer buffer = take();
        if (buffer == null) {
            return false;
        }
        try {
            ByteBuffer shared = buffer.bytes();
            int requestBytes = copy.count() * layout.copyRequestSize();
            shared.putInt(0, copy.count());
            shared.put(HEADER_SIZE, copy.requests().bytes(), 0, requestBytes);
            if (buffer.run(object.copyEntries()) != 0) {
                return false;
            }
            int answered = shared.getInt(ANSWERED_AT);
            int start = HEADER_SIZE + requestBytes;
            int end = shared.getInt(END_AT);
            if (answered < 0 || answered > copy.count() || end < start || end > BUFFER_SIZE) {
                return false;
            }
            copy.requests().bytes().put(0, shared, HEADER_SIZE, requestBytes);
            copy.entries().bytes().put(0, shared, start, end - start);
            return copy.accept(answered, start, end);
        } finally {
            buffer.giveBack();
        }
    }

    /** Takes a buffer that no other thread uses; null if there is none. */
    private @Nullable NestBuffer take() {
        int first = (int) Math.floorMod(Thread.currentThread().getId(), (long) buffers.size());
        for (int i = 0; i < buffers.size(); i++) {
            NestBuffer buffer = buffers.get((first + i) % buffers.size());
            if (buffer.take()) {
                return buffer;
            }
        }
        return null;
    }

    @Override
    public void close() {
        memory.close();
        object.close();
    }
}
