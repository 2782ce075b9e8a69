/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.kernel.natives.Versions;
import dev.nestmap.runtime.internal.memory.Block;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What an iterator writes in one pass over its objects. The program runs while the stream is read. */
public final class IteratorOutput extends InputStream {
    private static final Cleaner CLEANER = Cleaner.create();

    /** The size of the kernel's buffer with pages of 4 KiB: {@code bpf_seq_read} in {@code kernel/bpf/bpf_iter.c} allocates 8 pages. */
    private static final int BUFFER_SIZE = 32 * 1024;

    /**
     * How often a read may return EAGAIN in a row. The kernel returns it after {@code MAX_ITER_OBJECTS}, a million, objects without output. A
     * map has at most 2^32 entries.
     */
    private static final int MOST_RETRIES = 4295;

    private static final Map<Errno, String> ERRORS = Map.of(
            Errno.E2BIG,
            "the program wrote more for one object than the kernel's buffer holds, which has 8 pages: write less for each object",
            Errno.EAGAIN,
            "the program returned 1 too often, which asks the kernel to run it again for the same object: return 0");

    private final String operation;
    private final int fd;
    private final Block buffer = Block.allocate(BUFFER_SIZE);
    private final Cleaner.Cleanable descriptor;

    /** Guards the fields below, and keeps the descriptor open during a read. */
    private final ReentrantLock lock = new ReentrantLock();

    private int next;
    private int end;
    private boolean finished;
    private boolean closed;

    private IteratorOutput(String operation, int fd) {
        this.operation = operation;
        this.fd = fd;
        this.descriptor = CLEANER.register(this, () -> Native.libc().close(fd));
    }

    /**
     * Starts a pass.
     *
     * @param link descriptor of the link
     */
    public static InputStream open(String operation, int link) {
        int fd = LinkCalls.iterate(link);
        if (fd < 0) {
            throw BpfException.of(operation)
                    .refusedBy(Versions.kernel())
                    .errno(-fd)
                    .because(
                            fd == -ErrnoNumbers.EINVAL
                                    ? LinkCalls.describe(link).info()
                                            + " has no output: only iterators have, programs of SEC(\"iter/...\")"
                                    : null)
                    .build();
        }
        return new IteratorOutput(operation, fd);
    }

    @Override
    public int read() throws IOException {
        lock.lock();
        try {
            return fill() ? Byte.toUnsignedInt(buffer.bytes().get(next++)) : -1;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        lock.lock();
        try {
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, end - next);
            buffer.bytes().get(next, target, offset, count);
            next += count;
            return count;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int available() throws IOException {
        lock.lock();
        try {
            requireOpen();
            return end - next;
        } finally {
            lock.unlock();
        }
    }

    /** Closes the descriptor. A read of another thread ends first. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            descriptor.clean();
        } finally {
            lock.unlock();
        }
    }

    /** Reads from the kernel if the buffer is empty. Returns false at the end of the pass. */
    private boolean fill() throws IOException {
        requireOpen();
        if (next == end && !finished) {
            int count = readFromKernel();
            next = 0;
            end = count;
            finished = count == 0;
        }
        return next < end;
    }

    private int readFromKernel() throws IOException {
        int errno = 0;
        try {
            for (int i = 0; i <= MOST_RETRIES; i++) {
                int count = Math.toIntExact(Native.libc().read(fd, buffer.address(), BUFFER_SIZE));
                if (count >= 0) {
                    return count;
                }
                errno = Native.lastErrno();
                if (errno != ErrnoNumbers.EAGAIN) {
                    break;
                }
            }
        } finally {
            Reference.reachabilityFence(buffer);
        }
        BpfException failure = BpfException.of(operation)
                .refusedBy(Versions.kernel())
                .errno(errno)
                .because(reason(errno))
                .build();
        throw new IOException(failure.getMessage(), failure);
    }

    private static @Nullable String reason(int errno) {
        Errno known = Errno.of(errno);
        return known == null ? null : ERRORS.get(known);
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException(operation + ": the stream has been closed");
        }
    }
}
