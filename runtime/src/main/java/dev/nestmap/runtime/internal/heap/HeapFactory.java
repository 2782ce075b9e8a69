/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.heap;

import static dev.nestmap.runtime.internal.Errno.E2BIG;
import static dev.nestmap.runtime.internal.Errno.EBADF;
import static dev.nestmap.runtime.internal.Errno.EINVAL;
import static dev.nestmap.runtime.internal.Errno.ENOTSUPP;

import dev.nestmap.runtime.BpfException;
import dev.nestmap.runtime.internal.MapFactory;
import dev.nestmap.runtime.internal.MapOperation;
import dev.nestmap.runtime.internal.MapShape;
import dev.nestmap.runtime.internal.RawMap;
import dev.nestmap.runtime.internal.Sizes;
import dev.nestmap.runtime.internal.heap.HeapHandle.Access;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes maps in the heap, under the conditions under which the kernel makes its own. */
public final class HeapFactory implements MapFactory {
    private static final long EITHER = MapFlags.NUMA_NODE | MapFlags.OF_DESCRIPTOR;
    private static final long PROGRAMS = MapFlags.RDONLY_PROG | MapFlags.WRONLY_PROG;
    private static final long HASHED = EITHER | PROGRAMS | MapFlags.ZERO_SEED;

    /** Memory per CPU is of no one node. */
    private static final long HASHED_PER_CPU = MapFlags.OF_DESCRIPTOR | PROGRAMS | MapFlags.ZERO_SEED;

    /** Lists per CPU are of no one node. */
    private static final long LISTS_AND_NODE = MapFlags.NO_COMMON_LRU | MapFlags.NUMA_NODE;

    /** For how many CPUs there are values in the types of which each CPU has one. */
    static final int CPUS = Runtime.getRuntime().availableProcessors();

    /** {@code PCPU_MIN_UNIT_SIZE}: what one CPU has of a value at most. */
    private static final int PERCPU_VALUE = 32768;

    /** What a value without a key takes at most. */
    private static final int KMALLOC_MAX_SIZE = 4 << 20;

    private static final int PAGE = 4096;

    private static final Set<MapKind> KERNEL_ONLY =
            EnumSet.of(MapKind.DEVMAP, MapKind.DEVMAP_HASH, MapKind.CPUMAP, MapKind.STACK_TRACE, MapKind.ARENA);

    /** How many of them a Bloom filter has at most, in its {@code map_extra}. */
    private static final long HASH_FUNCTIONS = 15;

    /** {@code KMALLOC_MAX_SIZE} less the head of an element: what key and value of a hash have together (Linux 6.18). */
    private static final long HASH_ELEMENT = 4_194_255;

    /** The length of a prefix, and 1 to 256 bytes of bits. */
    private static final int TRIE_KEY_LEAST = 5;

    private static final int TRIE_KEY_MOST = 260;

    /** {@code KMALLOC_MAX_SIZE} less the longest bits and the head of a node (Linux 6.18). */
    private static final int TRIE_VALUE = KMALLOC_MAX_SIZE - 256 - 24;

    private static final Map<MapKind, Long> FLAGS = Map.ofEntries(
            Map.entry(MapKind.HASH, HASHED | MapFlags.NO_PREALLOC),
            Map.entry(MapKind.LRU_HASH, HASHED | MapFlags.NO_PREALLOC | MapFlags.NO_COMMON_LRU),
            Map.entry(MapKind.HASH_OF_MAPS, HASHED | MapFlags.NO_PREALLOC),
            Map.entry(MapKind.ARRAY, EITHER | PROGRAMS | MapFlags.MMAPABLE | MapFlags.INNER_MAP),
            Map.entry(MapKind.ARRAY_OF_MAPS, EITHER),
            Map.entry(MapKind.PERCPU_HASH, HASHED_PER_CPU | MapFlags.NO_PREALLOC),
            Map.entry(MapKind.LRU_PERCPU_HASH, HASHED_PER_CPU | MapFlags.NO_PREALLOC | MapFlags.NO_COMMON_LRU),
            Map.entry(MapKind.PERCPU_ARRAY, MapFlags.OF_DESCRIPTOR | PROGRAMS),
            Map.entry(MapKind.QUEUE, EITHER | PROGRAMS),
            Map.entry(MapKind.STACK, EITHER | PROGRAMS),
            Map.entry(MapKind.BLOOM_FILTER, HASHED),
            Map.entry(MapKind.LPM_TRIE, EITHER | PROGRAMS | MapFlags.NO_PREALLOC),
            Map.entry(MapKind.RINGBUF, MapFlags.NUMA_NODE),
            Map.entry(MapKind.USER_RINGBUF, MapFlags.NUMA_NODE));

    @Override
    public RawMap create(MapShape shape, @Nullable RawMap prototype) {
        if (!FLAGS.containsKey(shape.kind()) && !isKernelOnly(shape.kind())) {
            throw new BpfException(
                    "creation",
                    shape.name(),
                    null,
                    0,
                    "in memory there are " + FLAGS.keySet() + " and no " + shape.kind(),
                    List.of(),
                    null);
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
        long extra = shape.kind() == MapKind.BLOOM_FILTER ? HASH_FUNCTIONS : 0;
        if (Long.compareUnsigned(shape.extra(), extra) > 0 || shape.maxEntries() == 0 || shape.valueSize() == 0) {
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
        if (!isArray(shape.kind()) && (long) shape.keySize() + shape.valueSize() > HASH_ELEMENT) {
            return E2BIG;
        }
        if (shape.kind().isPerCpu() && Sizes.align(shape.valueSize()) > PERCPU_VALUE) {
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
        return shape.valueSize() > KMALLOC_MAX_SIZE ? E2BIG : 0;
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
        long allowed = FLAGS.getOrDefault(shape.kind(), 0L);
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
