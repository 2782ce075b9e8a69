/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.KernelAndLibbpfVersions;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.EntryCTypes;
import dev.nestmap.runtime.internal.map.InnerEntryBatch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.OuterEntryCTypes;
import dev.nestmap.runtime.internal.map.PossibleCpus;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.SharedArrayValues;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A map in the kernel, with a file descriptor. {@link KernelStream} has the operations on streams of records. */
@SuppressWarnings("ReachabilityFenceUsage") // no finally in short methods: a call that throws no longer uses the block
public final class KernelMap implements RawMap {
    /** A constant, so that the JIT compiles direct calls. Every caller of this class has loaded libbpf before, so this can't fail. */
    private static final LibBpf LIBBPF = NativeLibraries.libbpf();

    private static final int CLOSED = -1;

    /**
     * The output cursor before a call that deletes. The kernel overwrites it with the number of a bucket and sets the counter, even if it
     * fails after it has deleted entries ({@code __htab_map_lookup_and_delete_batch} in {@code kernel/bpf/hashtab.c} of Linux 5.6 and
     * later).
     */
    private static final int NOT_WRITTEN = -1;

    private final MapShape shape;
    private final int id;
    private final int keySize;
    private final int valueBytes;

    /** Null if maps of this type have no records. */
    private final @Nullable KernelStream stream;

    /** Null until entries are looked up or changed together. */
    private volatile @Nullable LazyBulkProgram program;

    private int fd;

    /** Closes {@link #fd}; null if a libbpf object does. */
    private @Nullable Descriptor owned;

    private KernelMap(int fd, @Nullable String name, @Nullable MapShape requested) {
        MapInfo info = MapInfo.of(fd);
        MapKind kind = info.kind();
        this.shape = new MapShape(
                name == null ? info.name() : name,
                kind,
                info.keySize(),
                info.valueSize(),
                info.maxEntries(),
                info.flags(),
                info.extra(),
                requested == null ? 0 : requested.numaNode(),
                requested == null ? info.managed() : requested.managed());
        this.id = info.id();
        this.keySize = info.keySize();
        this.valueBytes = shape.valueBytes(KernelMapFactory::knownCpus);
        this.fd = fd;
        this.stream = KernelStream.of(this);
    }

    /**
     * A map that takes over a file descriptor. If this throws, the descriptor is closed.
     *
     * @param requested the shape that the caller created the map with; null if the map existed before
     */
    public static KernelMap owning(Descriptor descriptor, @Nullable MapShape requested) {
        try (descriptor) {
            KernelMap map = new KernelMap(descriptor.fd(), requested == null ? null : requested.name(), requested);
            map.owned = descriptor.moved();
            return map;
        }
    }

    /** A map whose file descriptor belongs to a libbpf object and is closed with it. */
    public static KernelMap borrowing(int fd, String name) {
        return new KernelMap(fd, name, null);
    }

    @Override
    public MapShape shape() {
        return shape;
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public UUID bootId() {
        return KernelIds.boot();
    }

    @Override
    public int valueBytes() {
        return valueBytes;
    }

    @Override
    public PossibleCpus possibleCpus() {
        return KernelMapFactory.knownCpus();
    }

    @Override
    public @Nullable EntryCTypes types() {
        return MapBtfReader.typesOf(fd);
    }

    @Override
    public List<OuterEntryCTypes> outerTypes() {
        return shape.kind().isMapOfMaps() ? MapBtfReader.outerTypesOf(this) : List.of();
    }

    @Override
    public List<OuterEntryCTypes> declarationsOf(MapShape outer) {
        return MapBtfReader.declarationsIn(fd, outer);
    }

    // Bounds are checked here, because the kernel does not know the block's size.
    // These methods are short, so that the JIT compiles them into the accessors' methods, and these into their callers.

    @Override
    public int lookup(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        long base = block.address();
        long key = key(block, base, keyAt);
        long value = value(block, base, valueAt);
        int result = LIBBPF.bpf_map_lookup_elem_flags(fd, key, value, flags);
        if (result == -ErrnoNumbers.ENOENT) {
            result = missing(key, value, flags);
        }
        Reference.reachabilityFence(block);
        return result;
    }

    /** Before Linux 6.16, a lookup in a HASH_OF_MAPS can miss a key whose map is just being replaced. A second one finds it. */
    private int missing(long key, long value, long flags) {
        return shape.kind() == MapKind.HASH_OF_MAPS && !KernelAndLibbpfVersions.replacesEntriesInPlace()
                ? LIBBPF.bpf_map_lookup_elem_flags(fd, key, value, flags)
                : -ErrnoNumbers.ENOENT;
    }

    @Override
    public boolean lookupAll(QueryLayout layout, OffHeapBlock queries, int count) {
        return program(layout).lookup(queries, count);
    }

    @Override
    public int copyBytes(QueryLayout layout, int maps) {
        return program(layout).copyBytes(maps);
    }

    @Override
    public boolean copyAll(InnerEntryBatch copy) {
        LazyBulkProgram known = program;
        return known != null && known.copy(copy);
    }

    private LazyBulkProgram program(QueryLayout layout) {
        LazyBulkProgram known = program;
        return known == null ? newProgram(layout) : known;
    }

    private synchronized LazyBulkProgram newProgram(QueryLayout layout) {
        LazyBulkProgram existing = program;
        LazyBulkProgram created = existing == null ? new LazyBulkProgram(this, layout) : existing;
        program = created;
        return created;
    }

    @Override
    public int update(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        long base = block.address();
        int result = LIBBPF.bpf_map_update_elem(fd, key(block, base, keyAt), value(block, base, valueAt), flags);
        Reference.reachabilityFence(block);
        return result;
    }

    @Override
    public int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        long base = block.address();
        int result = LIBBPF.bpf_map_lookup_and_delete_elem_flags(
                fd, key(block, base, keyAt), value(block, base, valueAt), flags);
        Reference.reachabilityFence(block);
        return result;
    }

    @Override
    public int delete(OffHeapBlock block, int keyAt) {
        int result = LIBBPF.bpf_map_delete_elem(fd, key(block, keyAt));
        Reference.reachabilityFence(block);
        return result;
    }

    @Override
    public int nextKey(OffHeapBlock block, int keyAt, int nextAt) {
        long key = keyAt < 0 ? 0 : key(block, keyAt);
        try {
            return LIBBPF.bpf_map_get_next_key(fd, key, key(block, nextAt));
        } finally {
            Reference.reachabilityFence(block);
        }
    }

    @Override
    public int batch(BatchCommand command, Batch batch) {
        return switch (command) {
            case LOOKUP -> read(batch, false, LIBBPF::bpf_map_lookup_batch);
            case LOOKUP_AND_DELETE -> read(batch, true, LIBBPF::bpf_map_lookup_and_delete_batch);
            case UPDATE, DELETE ->
                shape.kind().isMapOfMaps()
                        ? changeInCall(command, batch)
                        : program(QueryLayout.of(this)).change(command, batch);
        };
    }

    @Override
    public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
        if (!shape.kind().isMapOfMaps()) {
            return -ErrnoNumbers.EINVAL; // the kernel would read a larger value than the descriptor
        }
        OffHeapBlock value = OffHeapBlock.allocate(Integer.BYTES);
        value.bytes().putInt(0, of(inner).fd());
        try {
            return LIBBPF.bpf_map_update_elem(fd, key(block, keyAt), value.address(), flags);
        } finally {
            Reference.reachabilityFence(block);
            Reference.reachabilityFence(value);
        }
    }

    @Override
    public int updateBatch(Batch keys, List<RawMap> inners) {
        Objects.checkFromIndexSize(0, keys.count(), inners.size());
        for (int i = 0; i < keys.count(); i++) {
            keys.memory().bytes().putInt(keys.valueAt(i), of(inners.get(i)).fd());
        }
        return changeInCall(BatchCommand.UPDATE, keys);
    }

    @Override
    public boolean sharesGracePeriods() {
        return KernelFeature.SHARED_GRACE_PERIODS.isPresent();
    }

    @Override
    public boolean reusesReplacedEntries() {
        return shape.kind() == MapKind.HASH_OF_MAPS && !KernelAndLibbpfVersions.replacesEntriesInPlace();
    }

    @Override
    public StreamOperations stream() {
        return stream == null ? StreamOperations.NONE : stream;
    }

    private interface ReadCall {
        int read(int fd, long inBatch, long outBatch, long keys, long values, long count, long opts);
    }

    private int read(Batch batch, boolean deletes, ReadCall call) {
        batch.requireRoom(keySize, valueBytes);
        ByteBuffer bytes = batch.memory().bytes();
        bytes.putInt(Batch.COUNTER_AT, batch.capacity()).putInt(batch.nextCursorAt(), NOT_WRITTEN);
        int result;
        try {
            long memory = batch.memory().address();
            result = call.read(
                    fd,
                    batch.started() ? memory + Batch.CURSOR_AT : 0,
                    memory + batch.nextCursorAt(),
                    memory + batch.keyAt(0),
                    memory + batch.valueAt(0),
                    memory + Batch.COUNTER_AT,
                    memory + Batch.OPTIONS_AT);
        } finally {
            Reference.reachabilityFence(batch);
        }
        boolean deleted = deletes && bytes.getInt(batch.nextCursorAt()) != NOT_WRITTEN;
        if (result == 0 || result == -ErrnoNumbers.ENOENT || deleted) {
            batch.read(bytes.getInt(Batch.COUNTER_AT));
        }
        return result;
    }

    /** {@code BPF_MAP_UPDATE_BATCH} or {@code BPF_MAP_DELETE_BATCH}, never by a program. */
    int changeInCall(BatchCommand command, Batch batch) {
        boolean deletes = command == BatchCommand.DELETE;
        batch.requireRoom(keySize, deletes ? 0 : valueBytes);
        Objects.checkFromToIndex(batch.done(), batch.count(), batch.capacity());
        int count = Math.min(batch.count() - batch.done(), batch.mostAtOnce());
        ByteBuffer bytes = batch.memory().bytes();
        bytes.putInt(Batch.COUNTER_AT, count);
        try {
            long memory = batch.memory().address();
            long keys = memory + batch.keyAt(batch.done());
            long values = memory + batch.valueAt(batch.done());
            long counter = memory + Batch.COUNTER_AT;
            int result = deletes
                    ? LIBBPF.bpf_map_delete_batch(fd, keys, counter, 0)
                    : LIBBPF.bpf_map_update_batch(fd, keys, values, counter, memory + Batch.OPTIONS_AT);
            int done = bytes.getInt(Batch.COUNTER_AT);
            // If the kernel fails before the first entry, it does not write the count.
            batch.advance(result != 0 && done == count ? 0 : done);
            return result;
        } finally {
            Reference.reachabilityFence(batch);
        }
    }

    @Override
    public SharedArrayValues mmap(boolean writable) {
        return MappedArray.of(fd, shape, writable);
    }

    @Override
    public RawMap duplicate() {
        int copy = SystemCallWrappers.duplicate(fd);
        if (copy < 0) {
            int errno = NativeLibraries.lastErrno();
            throw BpfException.of(errno, "duplication of the file descriptor of map " + shape.name())
                    .because(errno == ErrnoNumbers.EBADF ? "the map has been closed" : null);
        }
        return owning(new Descriptor(copy), shape);
    }

    @Override
    public synchronized void close() {
        LazyBulkProgram closingProgram = program;
        Descriptor closing = owned;
        try (closing;
                stream;
                closingProgram) { // the last one first
            program = null;
            // Later calls fail with EBADF, and never reach another file that got the same number.
            fd = CLOSED;
        }
    }

    /** The file descriptor; -1 if this map is closed. */
    public int fd() {
        return fd;
    }

    /** The file descriptors that poll(2) reports as readable when the map has a record. */
    List<Integer> recordFds() {
        return stream == null ? List.of() : stream.fds();
    }

    /** Whether the map has records that were given back. */
    boolean hasReturnedRecords() {
        return stream != null && stream.hasReturnedRecords();
    }

    /** Casts a map. Throws if it is in memory. */
    public static KernelMap of(RawMap map) {
        if (map instanceof KernelMap kernelMap) {
            return kernelMap;
        }
        throw new IllegalArgumentException("map " + map.shape().name()
                + " is in memory: only maps in the kernel can be put into a map in the kernel");
    }

    /** The key's address; NULL for a map without keys. */
    long key(OffHeapBlock block, int at) {
        return key(block, block.address(), at);
    }

    private long key(OffHeapBlock block, long base, int at) {
        return keySize == 0 ? 0 : base + Objects.checkFromIndexSize(at, keySize, block.size());
    }

    private long value(OffHeapBlock block, long base, int at) {
        return base + Objects.checkFromIndexSize(at, valueBytes, block.size());
    }
}
