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
import dev.nestmap.runtime.internal.heap.HeapHandle.Access;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes maps in the heap, under the conditions under which the kernel makes its own. */
public final class HeapFactory implements MapFactory {
    private static final long NO_PREALLOC = 1;
    private static final long NO_COMMON_LRU = 1 << 1;
    private static final long NUMA_NODE = 1 << 2;
    private static final long READ_ONLY = 1 << 3;
    private static final long WRITE_ONLY = 1 << 4;
    private static final long ZERO_SEED = 1 << 6;
    private static final long PROGRAMS_READ_ONLY = 1 << 7;
    private static final long PROGRAMS_WRITE_ONLY = 1 << 8;
    private static final long MMAPABLE = 1 << 10;
    private static final long PRESERVE_ELEMENTS = 1 << 11;
    private static final long INNER_MAP = 1 << 12;

    private static final long EITHER = NUMA_NODE | READ_ONLY | WRITE_ONLY;
    private static final long PROGRAMS = PROGRAMS_READ_ONLY | PROGRAMS_WRITE_ONLY;
    private static final long HASHED = EITHER | PROGRAMS | ZERO_SEED;

    /** {@code KMALLOC_MAX_SIZE} less the head of an element: what key and value of a hash have together (Linux 6.18). */
    private static final long HASH_ELEMENT = 4_194_255;

    private static final Map<MapKind, Long> FLAGS = Map.of(
            MapKind.HASH, HASHED | NO_PREALLOC,
            MapKind.LRU_HASH, HASHED | NO_PREALLOC | NO_COMMON_LRU,
            MapKind.HASH_OF_MAPS, HASHED | NO_PREALLOC,
            MapKind.ARRAY, EITHER | PROGRAMS | MMAPABLE | PRESERVE_ELEMENTS | INNER_MAP,
            MapKind.ARRAY_OF_MAPS, EITHER);

    @Override
    public RawMap create(MapShape shape, @Nullable RawMap prototype) {
        if (!FLAGS.containsKey(shape.kind())) {
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
        long flags = shape.flags() & ~(READ_ONLY | WRITE_ONLY);
        MapShape kept =
                new MapShape(shape.name(), shape.kind(), shape.keySize(), shape.valueSize(), shape.maxEntries(), flags);
        MapShape inner = prototype == null ? null : prototype.shape();
        HeapMap map = HeapMaps.register(
                id -> isArray(shape.kind()) ? new HeapArray(kept, inner, id) : new HeapHash(kept, inner, id));
        return handle(map, access(shape.flags()));
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
        int wrong = refusedFlags(shape);
        if (wrong != 0) {
            return wrong;
        }
        if (shape.maxEntries() == 0 || shape.keySize() == 0 || shape.valueSize() == 0) {
            return EINVAL;
        }
        if (isArray(shape.kind()) && shape.keySize() != Integer.BYTES) {
            return EINVAL;
        }
        if (!isArray(shape.kind()) && (long) shape.keySize() + shape.valueSize() > HASH_ELEMENT) {
            return E2BIG;
        }
        return shape.kind().isMapOfMaps() ? refusedPrototype(shape, prototype) : 0;
    }

    private static int refusedFlags(MapShape shape) {
        long flags = shape.flags();
        long allowed = FLAGS.getOrDefault(shape.kind(), 0L);
        if ((flags & ~allowed) != 0
                || (flags & PROGRAMS) == PROGRAMS
                || (flags & (READ_ONLY | WRITE_ONLY)) == (READ_ONLY | WRITE_ONLY)) {
            return EINVAL;
        }
        return shape.kind() == MapKind.LRU_HASH && (flags & NO_PREALLOC) != 0 ? ENOTSUPP : 0;
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
        if ((flags & READ_ONLY) != 0) {
            return Access.READ;
        }
        return (flags & WRITE_ONLY) != 0 ? Access.WRITE : Access.READ_AND_WRITE;
    }

    static boolean isArray(MapKind kind) {
        return kind == MapKind.ARRAY || kind == MapKind.ARRAY_OF_MAPS;
    }
}
