/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static dev.nestmap.runtime.internal.kernel.natives.LibC.MAP_FAILED;
import static dev.nestmap.runtime.internal.kernel.natives.LibC.MAP_SHARED;
import static dev.nestmap.runtime.internal.kernel.natives.LibC.PROT_READ;
import static dev.nestmap.runtime.internal.kernel.natives.LibC.PROT_WRITE;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.SharedArrayValues;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The mapped values of an array ({@code array_map_mmap}). A read takes about a nanosecond, so it can't afford to check first whether the
 * array is still mapped. Instead, {@link #close} replaces the array with zeroed private memory at the same addresses, in one system call.
 * The addresses are unmapped when no buffer refers to them.
 */
final class MappedArray implements SharedArrayValues {
    private static final Cleaner CLEANER = Cleaner.create();

    private static final int MAP_PRIVATE = 2;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;

    private final long address;
    private final long length;
    private final ByteBuffer bytes;
    private final AtomicBoolean closed = new AtomicBoolean();

    private MappedArray(long address, long length) {
        this.address = address;
        this.length = length;
        this.bytes = NativeLibraries.memory(address, length);
        // All reads and writes go through the buffer, so the addresses stay mapped while it is reachable.
        CLEANER.register(bytes, () -> NativeLibraries.libc().munmap(address, length));
    }

    /** Maps the values of the array with this file descriptor. */
    static MappedArray of(int fd, MapShape map, boolean writable) {
        if (map.kind() != MapKind.ARRAY || (map.flags() & MapFlags.MMAPABLE) == 0) {
            throw MapOperation.MMAP.failed(map, null, ErrnoNumbers.EINVAL);
        }
        long length = map.maxEntries() * Alignment.align(map.valueSize());
        if (length > Integer.MAX_VALUE) {
            throw BpfException.of(Reason.NOT_SUPPORTED, "mapping of the memory")
                    .map(map.name())
                    .because("the values take " + length + " bytes, and a view covers at most " + Integer.MAX_VALUE
                            + ": read them with get and forEach");
        }
        int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
        long address = NativeLibraries.libc().mmap(0, length, protection, MAP_SHARED, fd, 0);
        if (address == MAP_FAILED) {
            throw MapOperation.MMAP.failed(map, null, NativeLibraries.lastErrno());
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
            // If this fails for lack of memory, the array stays mapped until the buffer is garbage.
            try {
                NativeLibraries.libc().mmap(address, length, PROT_READ | PROT_WRITE, flags, -1, 0);
            } finally {
                Reference.reachabilityFence(
                        bytes); // keeps the addresses from being unmapped and reused before this call
            }
        }
    }
}
