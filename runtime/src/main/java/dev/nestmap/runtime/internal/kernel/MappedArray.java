/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import com.kenai.jffi.MemoryIO;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.SharedMemory;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import jnr.ffi.Pointer;

/**
 * The values of an array, mapped ({@code array_map_mmap}). To read there costs about a nanosecond, so that nobody can be asked first
 * whether it is mapped still. Therefore {@link #close} puts zeros of this process's in place of the array, by one call, and the
 * addresses themselves are given back when nobody can use them any more.
 */
final class MappedArray implements SharedMemory {
    private static final Cleaner CLEANER = Cleaner.create();

    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final long MAP_FAILED = -1;

    private final Pointer address;
    private final long length;
    private final ByteBuffer bytes;
    private final AtomicBoolean closed = new AtomicBoolean();

    private MappedArray(Pointer address, long length) {
        this.address = address;
        this.length = length;
        this.bytes = MemoryIO.getInstance()
                .newDirectByteBuffer(address.address(), (int) length)
                .order(ByteOrder.nativeOrder());
        long start = address.address();
        // The buffer is what reads and writes go through: while it is reachable, so may be the addresses.
        CLEANER.register(bytes, () -> Native.libc().munmap(start, length));
    }

    static MappedArray of(int fd, MapShape map, boolean writable) {
        if (map.kind() != MapKind.ARRAY || (map.flags() & MapFlags.MMAPABLE) == 0) {
            throw MapOperation.MAP.failed(map, null, ErrnoNumbers.EINVAL);
        }
        long length = map.maxEntries() * Alignment.align(map.valueSize());
        if (length > Integer.MAX_VALUE) {
            throw BpfException.of("mapping of the memory")
                    .map(map.name())
                    .because("it has " + length + " bytes, and a view covers at most " + Integer.MAX_VALUE
                            + ": read it by get and forEach")
                    .build();
        }
        int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
        Pointer address = Native.libc().mmap(null, length, protection, MAP_SHARED, fd, 0);
        if (address.address() == MAP_FAILED) {
            throw MapOperation.MAP.failed(map, null, Native.lastErrno());
        }
        return new MappedArray(address, length);
    }

    @Override
    public ByteBuffer bytes() {
        return bytes;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
            // If there is no memory for that, what is mapped stays so until the view is forgotten.
            try {
                Native.libc().mmap(address, length, PROT_READ | PROT_WRITE, flags, -1, 0);
            } finally {
                Reference.reachabilityFence(bytes); // or the addresses could be another's by now
            }
        }
    }
}
