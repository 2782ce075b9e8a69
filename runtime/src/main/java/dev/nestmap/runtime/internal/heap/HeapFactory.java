/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.heap;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.E2BIG;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EBADF;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.heap.HeapHandle.Access;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.rules.Limits;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Creates maps in the heap, after the same checks as in the kernel. */
public final class HeapFactory implements MapFactory {
    private static final long PROGRAMS = MapFlags.RDONLY_PROG | MapFlags.WRONLY_PROG;

    /** LRU lists per CPU can't be on a single NUMA node. */
    private static final long LISTS_AND_NODE = MapFlags.NO_COMMON_LRU | MapFlags.NUMA_NODE;

    /** The number of values in an entry of a per-CPU map. */
    static final int CPUS = Runtime.getRuntime().availableProcessors();

    private static final int KMALLOC_MAX_SIZE = 4 << 20;

    private static final int PAGE = 4096;

    private static final Set<MapKind> KERNEL_ONLY =
            EnumSet.of(MapKind.DEVMAP, MapKind.DEVMAP_HASH, MapKind.CPUMAP, MapKind.STACK_TRACE, MapKind.ARENA);

    /** A trie's key is the prefix length (4 bytes) and 1 to 256 bytes of data. */
    private static final int MIN_TRIE_KEY = 5;

    private static final int MAX_TRIE_KEY = 260;

    /** {@code KMALLOC_MAX_SIZE} without the longest data and the header of a node (Linux 6.18). */
    private static final int MAX_TRIE_VALUE = KMALLOC_MAX_SIZE - 256 - 24;

    private static final Set<MapKind> IN_MEMORY = EnumSet.of(
            MapKind.HASH,
            MapKind.LRU_HASH,
            MapKind.HASH_OF_MAPS,
            MapKind.ARRAY,
            MapKind.ARRAY_OF_MAPS,
            MapKind.PERCPU_HASH,
            MapKind.LRU_PERCPU_HASH,
            MapKind.PERCPU_ARRAY,
            MapKind.QUEUE,
            MapKind.STACK,
            MapKind.BLOOM_FILTER,
            MapKind.LPM_TRIE);

    @Override
    public RawMap create(MapShape shape, @Nullable RawMap prototype) {
        if (!IN_MEMORY.contains(shape.kind()) && !isKernelOnly(shape.kind())) {
            throw BpfException.of("creation")
                    .map(shape.name())
                    .because("maps in memory can be " + IN_MEMORY + ", but not " + shape.kind() + ": load the object"
                            + " into the kernel")
                    .build();
        }
        int refused = refused(shape, prototype);
        if (refused != 0) {
            throw MapOperation.CREATE.failed(shape, null, refused);
        }
        long flags = shape.flags() & ~MapFlags.OF_DESCRIPTOR;
        MapShape kept = shape.flagged(flags);
        MapShape inner = prototype == null ? null : prototype.shape();
        HeapMap map = HeapMaps.register(id -> map(kept, inner, id));
        return handle(map, access(shape.flags()));
    }

    private static HeapMap map(MapShape shape, @Nullable MapShape inner, int id) {
        if (isKernelOnly(shape.kind())) {
            return new HeapKernelOnly(shape, id);
        }
        return switch (shape.kind()) {
            case ARRAY, PERCPU_ARRAY, ARRAY_OF_MAPS -> new HeapArray(shape, inner, id);
            case QUEUE, STACK -> new HeapQueue(shape, id);
            case BLOOM_FILTER -> new HeapBloomFilter(shape, id);
            case LPM_TRIE -> new HeapTrie(shape, id);
            default -> new HeapHash(shape, inner, id);
        };
    }

    @Override
    public int possibleCpus() {
        return CPUS;
    }

    @Override
    public @Nullable RawMap open(int id) {
        HeapMap map = HeapMaps.find(id);
        return map != null && map.refer() ? new HeapHandle(map, Access.READ_AND_WRITE) : null;
    }

    private static RawMap handle(HeapMap map, Access access) {
        map.refer();
        return new HeapHandle(map, access);
    }

    /** The checks of {@code htab_map_alloc_check}, {@code array_map_alloc_check} and {@code bpf_map_meta_alloc}, in order. */
    private static int refused(MapShape shape, @Nullable RawMap prototype) {
        if (isKernelOnly(shape.kind()) && !shape.kind().isRing()) {
            return 0; // it has no operations that depend on its sizes
        }
        int wrong = refusedFlags(shape);
        if (wrong != 0) {
            return wrong;
        }
        if (shape.kind().isRing()) {
            return isRing(shape) ? 0 : EINVAL;
        }
        Limits limits = Limits.of(shape.kind());
        if (Long.compareUnsigned(shape.extra(), limits.maxExtra()) > 0
                || shape.maxEntries() == 0
                || shape.valueSize() == 0) {
            return EINVAL;
        }
        if (shape.kind().keyRule() == MapKind.KeyRule.NONE) {
            return refusedKeyless(shape);
        }
        if (shape.kind() == MapKind.LPM_TRIE) {
            return isTrie(shape) ? 0 : EINVAL;
        }
        if (shape.keySize() == 0) {
            return EINVAL;
        }
        if (isArray(shape.kind()) && shape.keySize() != Integer.BYTES) {
            return EINVAL;
        }
        if ((long) shape.keySize() + shape.valueSize() > limits.maxEntrySize()
                || shape.valueSize() > limits.maxValueSize()) {
            return E2BIG;
        }
        return shape.kind().isMapOfMaps() ? refusedPrototype(shape, prototype) : 0;
    }

    /** The checks of {@code ringbuf_map_alloc}, with pages of 4 KiB. */
    private static boolean isRing(MapShape shape) {
        return shape.keySize() == 0
                && shape.valueSize() == 0
                && shape.maxEntries() >= PAGE
                && Long.bitCount(shape.maxEntries()) == 1;
    }

    private static int refusedKeyless(MapShape shape) {
        if (shape.keySize() != 0) {
            return EINVAL;
        }
        return shape.valueSize() > Limits.of(shape.kind()).maxValueSize() ? E2BIG : 0;
    }

    /** The checks of {@code trie_alloc}. */
    private static boolean isTrie(MapShape shape) {
        return shape.keySize() >= MIN_TRIE_KEY
                && shape.keySize() <= MAX_TRIE_KEY
                && shape.valueSize() <= MAX_TRIE_VALUE
                && (shape.flags() & MapFlags.NO_PREALLOC) != 0;
    }

    private static int refusedFlags(MapShape shape) {
        long flags = shape.flags();
        // For an LRU type the kernel rejects NO_PREALLOC with another errno: see the last line.
        long allowed = Limits.of(shape.kind()).flags() | (shape.kind().isLru() ? MapFlags.NO_PREALLOC : 0);
        if ((flags & ~allowed) != 0
                || (flags & PROGRAMS) == PROGRAMS
                || (flags & MapFlags.OF_DESCRIPTOR) == MapFlags.OF_DESCRIPTOR) {
            return EINVAL;
        }
        if ((flags & LISTS_AND_NODE) == LISTS_AND_NODE) {
            return EINVAL;
        }
        return shape.kind().isLru() && (flags & MapFlags.NO_PREALLOC) != 0 ? ENOTSUPP : 0;
    }

    private static int refusedPrototype(MapShape shape, @Nullable RawMap prototype) {
        if (shape.valueSize() != Integer.BYTES) {
            return EINVAL;
        }
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

    /** Whether maps of the type can be created in memory, but not used without a kernel. */
    private static boolean isKernelOnly(MapKind kind) {
        return kind.isRing() || kind.isStorage() || kind.descriptorSize() > 0 || KERNEL_ONLY.contains(kind);
    }

    static boolean isArray(MapKind kind) {
        return kind == MapKind.ARRAY || kind == MapKind.ARRAY_OF_MAPS || kind == MapKind.PERCPU_ARRAY;
    }
}
