/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.SharedMemory;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The buffers that are shared with the programs of one reader. As many threads read at the same time; others read in another way. */
final class NestBuffers {
    /** {@code struct header} in {@code requests.h}. */
    static final int HEADER_SIZE = 16;

    private static final int FEWEST = 4;
    private static final int MOST = 8;

    private final SharedMemory memory;
    private final List<NestBuffer> buffers;
    private final boolean waits;

    private NestBuffers(KernelMap map, int size, boolean waits, IntFunction<ProgramRun> runs) {
        this.memory = map.mmap(true);
        this.waits = waits;
        this.buffers = IntStream.range(0, Math.toIntExact(map.shape().maxEntries()))
                .mapToObj(index -> new NestBuffer(memory.bytes(), size, index, runs.apply(index)))
                .toList();
    }

    /** The buffers in this map, which have so many bytes each. The argument of the programs, raw tracepoints, is the number of the buffer. */
    static NestBuffers of(KernelMap map, int size) {
        return new NestBuffers(map, size, false, ProgramRun::ofTracepoint);
    }

    /** The only buffer of a pinned reader, whose programs are socket filters. A thread waits for it: there is no other way to read. */
    static NestBuffers pinned(KernelMap map) {
        return new NestBuffers(map, map.shape().valueSize(), true, index -> ProgramRun.ofFilter());
    }

    /** The number of buffers of a reader on this machine. */
    static int count() {
        return Math.max(FEWEST, Math.min(MOST, Runtime.getRuntime().availableProcessors()));
    }

    /**
     * Runs a program that answers requests. Copies them to a buffer and back, so that no user code runs while a buffer is in use.
     *
     * @param size size of all requests together
     * @return false if no buffer is free, or if the program can't run
     */
    boolean answer(int program, Block requests, int count, int size) {
        NestBuffer buffer = take();
        if (buffer == null) {
            return false;
        }
        try {
            buffer.bytes().putInt(0, count);
            buffer.bytes().put(HEADER_SIZE, requests.bytes(), 0, size);
            if (buffer.run(program) != 0) {
                return false;
            }
            requests.bytes().put(0, buffer.bytes(), HEADER_SIZE, size);
            return true;
        } finally {
            buffer.giveBack();
        }
    }

    /** Takes a buffer that no other thread uses; null if there is none. */
    @Nullable
    NestBuffer take() {
        if (waits) {
            buffers.get(0).await();
            return buffers.get(0);
        }
        int first = (int) Math.floorMod(Thread.currentThread().getId(), (long) buffers.size());
        for (int i = 0; i < buffers.size(); i++) {
            NestBuffer buffer = buffers.get((first + i) % buffers.size());
            if (buffer.take()) {
                return buffer;
            }
        }
        return null;
    }

    void close() {
        memory.close();
    }
}
