/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.E2BIG;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EBADF;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;

import dev.nestmap.memory.heap.HeapHandle.Access;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.PossibleCpus;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Creates maps in the heap, after the same checks as in the kernel. */
public final class HeapMapFactory implements MapFactory {
    /** LRU lists per CPU can't be on a single NUMA node. */
    private static final long LISTS_AND_NODE = MapFlags.NO_COMMON_LRU | MapFlags.NUMA_NODE;

    /** The CPUs that have a value in an entry of a per-CPU map. */
    static final PossibleCpus CPUS = PossibleCpus.upTo(Runtime.getRuntime().availableProcessors());

    private final FaultInjection faults;
    private final BiConsumer<HeapMap, Integer> failedWrites;

    /** Creates a factory for maps without injected faults. */
    public HeapMapFactory() {
        this(new FaultInjection(), (map, error) -> {});
    }

    /** @param failedWrites gets the map, and the negative errno, of each write of Java code in place of a program that has failed */
    HeapMapFactory(FaultInjection faults, BiConsumer<HeapMap, Integer> failedWrites) {
        this.faults = faults;
        this.failedWrites = failedWrites;
    }

    @Override
    public RawMap create(MapShape shape, @Nullable RawMap prototype) {
        if (!shape.kind().isSupported()) {
            throw BpfException.of(Reason.NOT_SUPPORTED, "creation")
                    .map(shape.name())
                    .because("maps in memory can be " + MapKind.where(MapKind::isInMemory) + ", but not " + shape.kind()
                            + ": test it with an object that load() returned");
        }
        int refused = refused(shape, prototype);
        if (refused == 0) {
            refused = faults.errno(shape.name(), MapOperation.CREATE);
        }
        if (refused != 0) {
            throw MapOperation.CREATE.failed(shape, null, refused);
        }
        long flags = shape.flags() & ~MapFlags.FD_ACCESS;
        MapShape kept = shape.withFlags(flags);
        MapShape inner = prototype == null ? null : prototype.shape();
        HeapMap map = map(kept, inner);
        map.countFailedWrites(failedWrites);
        map.register();
        map.retain();
        return new HeapHandle(map, access(shape.flags()), faults);
    }

    private static HeapMap map(MapShape shape, @Nullable MapShape inner) {
        return switch (shape.kind().structure()) {
            case TABLE -> new HeapHash(shape, inner);
            case VALUES -> new HeapArray(shape, inner);
            case MAPS ->
                shape.kind().keyRule() == MapKind.KeyRule.INDEX
                        ? new HeapArray(shape, inner)
                        : new HeapHash(shape, inner);
            case TRIE -> new HeapTrie(shape);
            case ELEMENTS -> new HeapQueue(shape);
            case SET -> new HeapBloomFilter(shape);
            case EVENTS, REQUESTS -> new HeapRing(shape);
            case TRACES, DEVICES, DESCRIPTORS, STORAGE, PERF_EVENTS, PAGES, UNSUPPORTED ->
                new HeapPlaceholderMap(shape);
        };
    }

    /** The smallest page of any machine. */
    @Override
    public long pageSize() {
        return MapKind.PAGE_SIZE;
    }

    @Override
    public PossibleCpus possibleCpus() {
        return CPUS;
    }

    @Override
    public @Nullable RawMap open(int id) {
        HeapMap map = HeapMap.withId(id);
        return map != null && map.retain() ? new HeapHandle(map, Access.READ_AND_WRITE, faults) : null;
    }

    /** The checks of {@code htab_map_alloc_check}, {@code array_map_alloc_check} and {@code bpf_map_meta_alloc}, in order. */
    private static int refused(MapShape shape, @Nullable RawMap prototype) {
        if (!shape.kind().isInMemory() && !shape.kind().isRing()) {
            return 0; // it has no operations that depend on its sizes
        }
        int wrong = refusedFlags(shape);
        if (wrong != 0) {
            return wrong;
        }
        MapKind kind = shape.kind();
        if (kind.isResized() && (shape.keySize() > kind.keySizes().max() || isExcess(shape.extra(), kind.maxExtra()))) {
            return E2BIG;
        }
        if (kind.isResized() && shape.extra() > shape.maxEntries()) {
            return EINVAL;
        }
        if (Long.compareUnsigned(shape.extra(), kind.maxExtra()) > 0
                || shape.maxEntries() == 0
                || !kind.keySizes().contains(shape.keySize())
                || !kind.valueSizes(shape.flags()).contains(shape.valueSize())
                || (kind.isRing() && !isRingSize(shape.maxEntries()))) {
            return EINVAL;
        }
        if ((long) shape.keySize() + shape.valueSize() > kind.maxEntrySize()
                || shape.valueSize() > kind.maxValueSize()) {
            return E2BIG;
        }
        return kind.isMapOfMaps() ? refusedPrototype(prototype) : 0;
    }

    /** Returns whether a {@code map_extra} of 32 bits is too large. The kernel rejects a 64-bit value with another errno. */
    private static boolean isExcess(long extra, long most) {
        return extra > most && extra >>> Integer.SIZE == 0;
    }

    /** The check of {@code ringbuf_map_alloc}, with the smallest pages. */
    private static boolean isRingSize(long bytes) {
        return bytes >= MapKind.PAGE_SIZE && Long.bitCount(bytes) == 1;
    }

    private static int refusedFlags(MapShape shape) {
        long flags = shape.flags();
        // For an LRU type the kernel rejects NO_PREALLOC with another errno: see the last line.
        long allowed = shape.kind().flags() | (shape.kind().isLru() ? MapFlags.NO_PREALLOC : 0);
        if ((flags & ~allowed) != 0
                || (flags & shape.kind().requiredFlags()) != shape.kind().requiredFlags()
                || (flags & MapFlags.PROG_ACCESS) == MapFlags.PROG_ACCESS
                || (flags & MapFlags.FD_ACCESS) == MapFlags.FD_ACCESS) {
            return EINVAL;
        }
        if ((flags & LISTS_AND_NODE) == LISTS_AND_NODE) {
            return EINVAL;
        }
        return shape.kind().isLru() && (flags & MapFlags.NO_PREALLOC) != 0 ? ENOTSUPP : 0;
    }

    private static int refusedPrototype(@Nullable RawMap prototype) {
        if (prototype == null) {
            return EBADF;
        }
        return prototype.shape().kind().isMapOfMaps() ? EINVAL : 0;
    }

    private static Access access(long flags) {
        if ((flags & MapFlags.RDONLY) != 0) {
            return Access.READ;
        }
        return (flags & MapFlags.WRONLY) != 0 ? Access.WRITE : Access.READ_AND_WRITE;
    }
}
