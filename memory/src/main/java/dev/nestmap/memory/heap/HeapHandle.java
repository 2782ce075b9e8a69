/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.E2BIG;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EACCES;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EBADF;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOMEM;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EPERM;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MemoryBackend;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.SharedArrayValues;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** A handle to a map in memory. Like a file descriptor in the kernel, it keeps the map alive and may forbid reads or writes. */
final class HeapHandle implements RawMap {
    /** Stands for the kernel's boot id: ids of maps in memory are unique in this process only. */
    private static final UUID BOOT_ID = UUID.randomUUID();

    private final HeapMap map;
    private final Access access;
    private final FaultInjection faults;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** The operations that a handle allows ({@code BPF_F_RDONLY}, {@code BPF_F_WRONLY}). */
    enum Access {
        READ_AND_WRITE,
        READ,
        WRITE
    }

    /** A handle that owns one reference to the map, which the caller has counted. */
    HeapHandle(HeapMap map, Access access, FaultInjection faults) {
        this.map = map;
        this.access = access;
        this.faults = faults;
    }

    HeapMap map() {
        return map;
    }

    @Override
    public MapShape shape() {
        return map.shape();
    }

    @Override
    public int id() {
        return map.id();
    }

    @Override
    public UUID bootId() {
        return BOOT_ID;
    }

    @Override
    public int valueBytes() {
        return map.valueBytes();
    }

    @Override
    public int lookup(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        int refused = refusal(MapOperation.LOOKUP, Access.WRITE);
        if (refused == 0 && flags != 0) {
            refused = map.refusedFlags(flags);
        }
        return refused != 0 ? refused : map.lookup(block, keyAt, valueAt);
    }

    @Override
    public int update(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        int refused = refusal(MapOperation.UPDATE, Access.READ);
        int result = refused != 0 ? refused : map.update(block, keyAt, valueAt, flags);
        if ((result == -E2BIG || result == -ENOMEM) && MemoryBackend.isProgram()) {
            map.writeHasFailed(result);
        }
        return result;
    }

    @Override
    public int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        int refused = refusedTaking();
        if (refused == 0 && flags != 0) {
            refused = map.refusedFlags(flags);
        }
        return refused != 0 ? refused : map.lookupAndDelete(block, keyAt, valueAt);
    }

    private int refusedTaking() {
        return access == Access.READ_AND_WRITE ? refusal(MapOperation.TAKE, null) : closed.get() ? -EBADF : -EPERM;
    }

    @Override
    public int delete(OffHeapBlock block, int keyAt) {
        int refused = refusal(MapOperation.DELETE, Access.READ);
        return refused != 0 ? refused : map.delete(block, keyAt);
    }

    @Override
    public int nextKey(OffHeapBlock block, int keyAt, int nextAt) {
        int refused = refusal(MapOperation.ITERATE, Access.WRITE);
        return refused != 0 ? refused : map.nextKey(block, keyAt, nextAt);
    }

    /** As in {@code bpf_map_do_batch}: arrays have no batched delete. */
    @Override
    public int batch(BatchCommand command, Batch batch) {
        int refused = switch (command) {
            case LOOKUP -> refusal(MapOperation.ITERATE, Access.WRITE);
            case LOOKUP_AND_DELETE -> refusedTaking();
            case UPDATE -> refusal(MapOperation.UPDATE, Access.READ);
            case DELETE -> refusal(MapOperation.DELETE, Access.READ);
        };
        boolean changes = command == BatchCommand.UPDATE || command == BatchCommand.DELETE;
        if (refused == 0 && changes && !shape().kind().hasBatch(command)) {
            return -ENOTSUPP;
        }
        if (refused == 0 && command != BatchCommand.DELETE && (batch.flags() != 0 || command == BatchCommand.UPDATE)) {
            refused = map.refusedFlags(batch.flags());
        }
        if (refused != 0) {
            return refused;
        }
        return switch (command) {
            case LOOKUP -> map.lookupBatch(batch);
            case LOOKUP_AND_DELETE -> map.lookupAndDeleteBatch(batch);
            case UPDATE ->
                change(batch, i -> map.update(batch.memory(), batch.keyAt(i), batch.valueAt(i), batch.flags()));
            case DELETE -> change(batch, i -> map.delete(batch.memory(), batch.keyAt(i)));
        };
    }

    @Override
    public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
        int refused = refusal(MapOperation.UPDATE, Access.READ);
        if (refused != 0) {
            return refused;
        }
        if (!(inner instanceof HeapHandle handle)) {
            return -EINVAL; // a map in the kernel
        }
        return handle.closed.get() ? -EBADF : map.updateInner(block, keyAt, handle.map, flags);
    }

    @Override
    public int updateBatch(Batch keys, List<RawMap> inners) {
        int refused = closed.get() ? -EBADF : 0;
        return refused != 0
                ? refused
                : change(keys, i -> update(keys.memory(), keys.keyAt(i), inners.get(i), RawMap.ANY));
    }

    /** In memory there are no programs, and so no grace periods. */
    @Override
    public boolean sharesGracePeriods() {
        return true;
    }

    @Override
    public StreamOperations stream() {
        return map.stream();
    }

    private static int change(Batch batch, IntUnaryOperator each) {
        int result = 0;
        while (batch.done() < batch.count() && result == 0) {
            result = each.applyAsInt(batch.done());
            batch.advance(result == 0 ? 1 : 0);
        }
        return result;
    }

    @Override
    public SharedArrayValues mmap(boolean writable) {
        ByteBuffer memory = map.memory();
        int refused = closed.get() ? -EBADF : memory == null ? -EINVAL : refusedMapping(writable);
        if (memory == null || refused != 0) {
            throw MapOperation.MMAP.failed(shape(), null, refused);
        }
        return new HeapMemory(memory);
    }

    /**
     * As in {@code do_mmap} and {@code bpf_map_mmap}: a read-only handle can't map memory, and read-only data of programs can't be
     * written.
     */
    private int refusedMapping(boolean writable) {
        boolean isReadOnlyData = (shape().flags() & MapFlags.RDONLY_PROG) != 0;
        return switch (access) {
            case WRITE -> -EACCES;
            case READ -> writable ? -EACCES : -EINVAL;
            case READ_AND_WRITE -> writable && isReadOnlyData ? -EACCES : 0;
        };
    }

    /** The memory of an array, which is freed when it is no longer reachable. */
    private record HeapMemory(ByteBuffer bytes) implements SharedArrayValues {
        @Override
        public void close() {}
    }

    @Override
    public RawMap duplicate() {
        if (closed.get() || !map.retain()) {
            throw BpfException.of(EBADF, "duplication of the handle to map " + shape().name())
                    .because("the map has been closed");
        }
        return new HeapHandle(map, access, faults);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            map.release();
        }
    }

    /**
     * Rejects an operation if this handle is closed, if it has the given access, which does not allow the operation, or if a test injects a
     * fault.
     */
    private int refusal(MapOperation operation, @Nullable Access insufficient) {
        if (closed.get()) {
            return -EBADF;
        }
        return access == insufficient ? -EPERM : faults.errno(shape().name(), operation);
    }
}
