/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.SharedMemory;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The buffers that a {@link KernelNestReader} or a {@link MapProgram} shares with its programs. Each buffer serves one thread at a time. A
 * thread that finds no free buffer reads or writes in another way, or waits if the programs are those of a pinned reader.
 */
final class RequestBuffers {
    /** {@code struct header} in {@code requests.h}. */
    static final int HEADER_SIZE = 16;

    private static final int FEWEST = 4;
    private static final int MOST = 8;

    private final SharedMemory memory;
    private final List<RequestBuffer> buffers;
    private final boolean waits;

    private RequestBuffers(SharedMemory memory, List<RequestBuffer> buffers, boolean waits) {
        this.memory = memory;
        this.buffers = buffers;
        this.waits = waits;
    }

    /**
     * The buffers in a map.
     *
     * @param size size of a buffer in bytes
     * @param lookups file descriptors of the programs that look up entries, raw tracepoints, one for each buffer
     * @param copies returns the run of the program that copies inner maps to the buffer with this number; null if there is none
     */
    static RequestBuffers of(KernelMap map, int size, List<Integer> lookups, IntFunction<@Nullable ProgramRun> copies) {
        SharedMemory memory = map.mmap(true);
        List<RequestBuffer> buffers = IntStream.range(0, lookups.size())
                .mapToObj(index -> new RequestBuffer(
                        memory.bytes(), size, index, ProgramRun.ofTracepoint(lookups.get(index)), copies.apply(index)))
                .toList();
        return new RequestBuffers(memory, buffers, false);
    }

    /**
     * The only buffer of a pinned reader. A thread waits for it: there is no other way to read.
     *
     * @param lookup file descriptor of the program that looks up entries, a socket filter
     * @param copy file descriptor of the program that copies whole inner maps, a socket filter
     */
    static RequestBuffers pinned(KernelMap map, int lookup, int copy) {
        SharedMemory memory = map.mmap(true);
        RequestBuffer buffer = new RequestBuffer(
                memory.bytes(), map.shape().valueSize(), 0, ProgramRun.ofFilter(lookup), ProgramRun.ofFilter(copy));
        return new RequestBuffers(memory, List.of(buffer), true);
    }

    /** The number of buffers of a reader on this machine. {@code requests.h} has programs for as many. */
    static int count() {
        return Math.max(FEWEST, Math.min(MOST, Runtime.getRuntime().availableProcessors()));
    }

    /** Names of the programs that look up entries in this number of buffers. */
    static List<String> lookups(int buffers) {
        return IntStream.range(0, buffers)
                .mapToObj(index -> "get_entries_" + index)
                .toList();
    }

    /**
     * Looks up entries. Copies the requests to a buffer and back, so that no user code runs while a buffer is in use.
     *
     * @param size size of all requests together
     * @return false if no buffer is free, or if the program can't run
     */
    boolean lookup(Block requests, int count, int size) {
        RequestBuffer buffer = take();
        if (buffer == null) {
            return false;
        }
        try {
            buffer.bytes().putInt(0, count);
            buffer.bytes().put(HEADER_SIZE, requests.bytes(), 0, size);
            if (buffer.lookup() != 0) {
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
    RequestBuffer take() {
        if (waits) {
            buffers.get(0).await();
            return buffers.get(0);
        }
        int first = (int) Math.floorMod(Thread.currentThread().getId(), (long) buffers.size());
        for (int i = 0; i < buffers.size(); i++) {
            RequestBuffer buffer = buffers.get((first + i) % buffers.size());
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
