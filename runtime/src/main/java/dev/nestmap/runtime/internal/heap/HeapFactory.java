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

/** Makes maps in the heap, under the conditions under which the kernel makes its own. */
public final class HeapFactory implements MapFactory {
    private static final long PROGRAMS = MapFlags.RDONLY_PROG | MapFlags.WRONLY_PROG;

    /** Lists per CPU are of no one node. */
    private static final long LISTS_AND_NODE = MapFlags.NO_COMMON_LRU | MapFlags.NUMA_NODE;

    /** For how many CPUs there are values in the types of which each CPU has one. */
    static final int CPUS = Runtime.getRuntime().availableProcessors();

    private static final int KMALLOC_MAX_SIZE = 4 << 20;

    private static final int PAGE = 4096;

    private static final Set<MapKind> KERNEL_ONLY =
            EnumSet.of(MapKind.DEVMAP, MapKind.DEVMAP_HASH, MapKind.CPUMAP, MapKind.STACK_TRACE, MapKind.ARENA);

    /** The length of a prefix, and 1 to 256 bytes of bits. */
    private static final int TRIE_KEY_LEAST = 5;

    private static final int TRIE_KEY_MOST = 260;

    /** {@code KMALLOC_MAX_SIZE} less the longest bits and the head of a node (Linux 6.18). */
    private static final int TRIE_VALUE = KMALLOC_MAX_SIZE - 256 - 24;

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
                    .because("in memory there are " + IN_MEMORY + " and no " + shape.kind())
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
            return 0; // there is nothing that it could do wrong
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
        return shape.keySize() >= TRIE_KEY_LEAST
                && shape.keySize() <= TRIE_KEY_MOST
                && shape.valueSize() <= TRIE_VALUE
                && (shape.flags() & MapFlags.NO_PREALLOC) != 0;
    }

    private static int refusedFlags(MapShape shape) {
        long flags = shape.flags();
        // Of an LRU type the kernel says in a word of its own, below, that it allocates at once.
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

    /** The types that can be made, and of which nothing can be asked without a kernel. */
    private static boolean isKernelOnly(MapKind kind) {
        return kind.isRing() || kind.isStorage() || kind.descriptorSize() > 0 || KERNEL_ONLY.contains(kind);
    }

    static boolean isArray(MapKind kind) {
        return kind == MapKind.ARRAY || kind == MapKind.ARRAY_OF_MAPS || kind == MapKind.PERCPU_ARRAY;
    }
}
