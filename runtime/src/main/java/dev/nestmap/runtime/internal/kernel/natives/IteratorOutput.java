/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The output of an iterator in one pass over its objects. The program runs while the channel is read. */
public final class IteratorOutput implements ReadableByteChannel {
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
    private final OffHeapBlock buffer;
    private final Cleaner.Cleanable descriptor;

    /** Keeps the descriptor open during a read. */
    private final Mutex lock = new Mutex();

    private volatile boolean closed;

    private IteratorOutput(String operation, Descriptor output) {
        this.operation = operation;
        this.fd = output.fd();
        this.buffer = OffHeapBlock.allocate(BUFFER_SIZE);
        Descriptor own = output.moved();
        this.descriptor = CLEANER.register(this, own::close);
    }

    /**
     * Starts a pass.
     *
     * @param link descriptor of the link
     */
    public static InputStream open(String operation, int link) {
        int fd = LinkCalls.iterate(link);
        if (fd < 0) {
            throw BpfException.of(-fd, operation)
                    .refusedBy(KernelAndLibbpfVersions.kernel())
                    .because(
                            fd == -ErrnoNumbers.EINVAL
                                    ? LinkCalls.describe(link).info()
                                            + " has no output: only iterators have, programs of SEC(\"iter/...\")"
                                    : null)
                    .build();
        }
        try (Descriptor output = new Descriptor(fd)) {
            return new BufferedInputStream(Channels.newInputStream(new IteratorOutput(operation, output)), BUFFER_SIZE);
        }
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new ClosedChannelException();
            }
            int count = readFromKernel(Math.min(BUFFER_SIZE, to.remaining()));
            to.put(buffer.bytes().slice(0, count));
            return count == 0 ? -1 : count;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    /** Closes the descriptor. A read of another thread ends first. */
    @Override
    public void close() {
        lock.holding(() -> {
            closed = true;
            descriptor.clean();
        });
    }

    private int readFromKernel(int most) throws IOException {
        int errno = 0;
        for (int i = 0; i <= MOST_RETRIES; i++) {
            int count = buffer.call(address -> (int) NativeLibraries.libc().read(fd, address, most));
            if (count >= 0) {
                return count;
            }
            errno = NativeLibraries.lastErrno();
            if (errno != ErrnoNumbers.EAGAIN) {
                break;
            }
        }
        BpfException failure = BpfException.of(errno, operation)
                .refusedBy(KernelAndLibbpfVersions.kernel())
                .because(reason(errno))
                .build();
        throw new IOException(failure.getMessage(), failure);
    }

    private static @Nullable String reason(int errno) {
        Errno known = Errno.of(errno);
        return known == null ? null : ERRORS.get(known);
    }
}
