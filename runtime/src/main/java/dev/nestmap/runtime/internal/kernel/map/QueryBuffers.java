/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.kernel.natives.ProgramRun;
import dev.nestmap.runtime.internal.memory.SharedMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The buffers that a {@link BulkProgram} shares with its programs, as {@code queries.h} describes them. Each buffer serves one thread at a
 * time. A thread that finds no free buffer reads or writes in another way.
 */
final class QueryBuffers {
    private final KernelMap map;
    private final SharedMemory memory;
    private final List<Buffer> buffers;

    /** One buffer, and the runs of the programs that use it. */
    static final class Buffer {
        private final int index;
        private final ByteBuffer bytes;
        private final List<ProgramRun> runs;
        private final ReentrantLock use = new ReentrantLock();

        private Buffer(int index, ByteBuffer bytes, List<ProgramRun> runs) {
            this.index = index;
            this.bytes = bytes;
            this.runs = runs;
        }

        /** The buffer's number, from 0 on. */
        int index() {
            return index;
        }

        ByteBuffer bytes() {
            return bytes;
        }

        /** The program at a place of the list that was passed for this buffer. */
        ProgramRun run(int program) {
            return runs.get(program);
        }

        void giveBack() {
            use.unlock();
        }
    }

    /**
     * Takes over a map whose values are the buffers.
     *
     * @param runs for each buffer the runs of the programs
     */
    QueryBuffers(KernelMap map, List<List<ProgramRun>> runs) {
        this.map = map;
        this.memory = map.mmap(true);
        this.buffers = IntStream.range(0, runs.size())
                .mapToObj(index -> new Buffer(
                        index,
                        memory.bytes().slice(index * size(), size()).order(ByteOrder.nativeOrder()),
                        runs.get(index)))
                .toList();
    }

    /** The size of a buffer in bytes. */
    int size() {
        return map.shape().valueSize();
    }

    /** Takes a buffer that no other thread uses; null if there is none. A thread waits for a buffer that is the only one. */
    @Nullable
    Buffer take() {
        if (buffers.size() == 1) {
            buffers.get(0).use.lock();
            return buffers.get(0);
        }
        int first = (int) Math.floorMod(Thread.currentThread().getId(), (long) buffers.size());
        for (int i = 0; i < buffers.size(); i++) {
            Buffer buffer = buffers.get((first + i) % buffers.size());
            if (buffer.use.tryLock()) {
                return buffer;
            }
        }
        return null;
    }

    /** The memory of all buffers. */
    SharedMemory memory() {
        return memory;
    }

    /** Returns a buffer by its number, whether or not a thread uses it. */
    Buffer get(int index) {
        return buffers.get(index);
    }

    /** Unmaps the buffers and closes their map. */
    void close() {
        memory.close();
        map.close();
    }
}
