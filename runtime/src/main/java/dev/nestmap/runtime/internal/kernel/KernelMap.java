/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.EntryTypes;
import dev.nestmap.runtime.internal.map.KeyBatch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.SharedMemory;
import dev.nestmap.schema.MapKind;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A map of the kernel behind a file descriptor. */
final class KernelMap implements RawMap {
    /** Initialised by who has loaded libbpf already, so it can't fail. A constant, so that calls of it are direct. */
    private static final Native.LibBpf LIBBPF = Native.libbpf();

    private static final int CLOSED = -1;

    /** {@code linux/fcntl.h}. */
    private static final int F_DUPFD_CLOEXEC = 1030;

    /** {@code poll.h}. */
    private static final short POLLIN = 1;

    /** Of all ways to one ring buffer, which has one position: by the map's id. */
    private static final List<ReentrantLock> RING_LOCKS =
            Stream.generate(ReentrantLock::new).limit(16).toList();

    private final MapShape shape;
    private final int id;
    private final int valueRoom;
    private final boolean ownsFd;
    private int fd;

    /** Mapped when it is first asked for, under the ring's lock. */
    private @Nullable RingMemory ring;

    /** Opened when that is asked for, under the same lock. */
    private @Nullable PerfBuffers perf;

    private KernelMap(int fd, boolean ownsFd, @Nullable String name, @Nullable MapShape asked) {
        MapInfo info = MapInfo.of(fd);
        MapKind kind = MapKind.ofNumber(info.type())
                .orElseThrow(() -> new BpfException(
                        "use of map " + info.name() + " (id " + info.id() + ")",
                        "the kernel's map type " + info.type()
                                + " is newer than this version of Nestmap: update Nestmap"));
        this.shape = new MapShape(
                name == null ? info.name() : name,
                kind,
                info.keySize(),
                info.valueSize(),
                info.maxEntries(),
                info.flags(),
                info.extra(),
                asked == null ? 0 : asked.numaNode(),
                asked == null ? info.managed() : asked.managed());
        this.id = info.id();
        this.valueRoom = shape.valueRoom(() -> KernelMaps.possibleCpus(LIBBPF.libbpf_num_possible_cpus()));
        this.ownsFd = ownsFd;
        this.fd = fd;
    }

    /**
     * A map that closes its file descriptor: at once if it can't be made.
     *
     * @param asked what it was created as, null when somebody else did it
     */
    static KernelMap owning(int fd, @Nullable MapShape asked) {
        try {
            return new KernelMap(fd, true, asked == null ? null : asked.name(), asked);
        } catch (RuntimeException e) {
            Native.libc().close(fd);
            throw e;
        }
    }

    /** A map whose file descriptor libbpf closes, with its object. */
    static KernelMap borrowing(int fd, String name) {
        return new KernelMap(fd, false, name, null);
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
    public int valueRoom() {
        return valueRoom;
    }

    @Override
    public @Nullable EntryTypes types() {
        return KernelBtf.typesOf(fd);
    }

    // The bounds are checked because the kernel writes without asking how large the block is.

    @Override
    public int lookup(Block block, int keyAt, int valueAt, long flags) {
        long key = key(block, keyAt);
        long value = value(block, valueAt);
        try {
            return flags == 0
                    ? LIBBPF.bpf_map_lookup_elem(fd, key, value)
                    : LIBBPF.bpf_map_lookup_elem_flags(fd, key, value, flags);
        } finally {
            Reference.reachabilityFence(block);
        }
    }

    @Override
    public int update(Block block, int keyAt, int valueAt, long flags) {
        long key = key(block, keyAt);
        long value = value(block, valueAt);
        try {
            return LIBBPF.bpf_map_update_elem(fd, key, value, flags);
        } finally {
            Reference.reachabilityFence(block);
        }
    }

    @Override
    public int lookupAndDelete(Block block, int keyAt, int valueAt, long flags) {
        long key = key(block, keyAt);
        long value = value(block, valueAt);
        try {
            return flags == 0
                    ? LIBBPF.bpf_map_lookup_and_delete_elem(fd, key, value)
                    : LIBBPF.bpf_map_lookup_and_delete_elem_flags(fd, key, value, flags);
        } finally {
            Reference.reachabilityFence(block);
        }
    }

    @Override
    public int delete(Block block, int keyAt) {
        try {
            return LIBBPF.bpf_map_delete_elem(fd, key(block, keyAt));
        } finally {
            Reference.reachabilityFence(block);
        }
    }

    @Override
    public int nextKey(Block block, int keyAt, int nextAt) {
        long key = keyAt < 0 ? 0 : key(block, keyAt);
        try {
            return LIBBPF.bpf_map_get_next_key(fd, key, key(block, nextAt));
        } finally {
            Reference.reachabilityFence(block);
        }
    }

    @Override
    public int lookupBatch(Batch batch) {
        return through(batch, LIBBPF::bpf_map_lookup_batch);
    }

    @Override
    public int lookupAndDeleteBatch(Batch batch) {
        return through(batch, LIBBPF::bpf_map_lookup_and_delete_batch);
    }

    private int through(Batch batch, ScanCall call) {
        int half = batch.cursor().size() / 2;
        Objects.checkFromIndexSize(0, Math.max(Integer.BYTES, shape.keySize()), half);
        Objects.checkFromIndexSize(
                0L, (long) batch.capacity() * shape.keySize(), batch.keys().size());
        Objects.checkFromIndexSize(
                0L, (long) batch.capacity() * valueRoom, batch.values().size());
        batch.counter().bytes().putInt(0, batch.capacity());
        int result = through(batch, call, batch.cursor().address(), half);
        if (result == 0 || result == -ErrnoNumbers.ENOENT) {
            batch.advance(batch.counter().bytes().getInt(0));
        }
        return result;
    }

    private int through(Batch batch, ScanCall call, long cursor, int half) {
        try {
            return call.read(
                    fd,
                    batch.started() ? cursor : 0,
                    cursor + half,
                    batch.keys().address(),
                    batch.values().address(),
                    batch.counter().address(),
                    batch.options());
        } finally {
            Reference.reachabilityFence(batch);
        }
    }

    @Override
    public int updateBatch(KeyBatch batch) {
        Objects.checkFromIndexSize(batch.valueAt(0), (long) batch.count() * valueRoom, (long)
                batch.block().size());
        return change(
                batch,
                (keys, counter) -> LIBBPF.bpf_map_update_batch(
                        fd, keys, batch.block().address() + batch.valueAt(batch.done()), counter, batch.options()));
    }

    @Override
    public int updateInner(Block block, int keyAt, RawMap inner, long flags) {
        Block value = Block.allocate(Integer.BYTES);
        value.bytes().putInt(0, of(inner).fd);
        try {
            return LIBBPF.bpf_map_update_elem(fd, key(block, keyAt), value.address(), flags);
        } finally {
            Reference.reachabilityFence(block);
            Reference.reachabilityFence(value);
        }
    }

    @Override
    public int updateInners(KeyBatch keys, List<RawMap> inners) {
        Objects.checkFromIndexSize(0, keys.count(), inners.size());
        for (int i = 0; i < keys.count(); i++) {
            keys.block().bytes().putInt(keys.valueAt(i), of(inners.get(i)).fd);
        }
        return updateBatch(keys);
    }

    @Override
    public int deleteBatch(KeyBatch batch) {
        return change(batch, (keys, counter) -> LIBBPF.bpf_map_delete_batch(fd, keys, counter, 0));
    }

    private int change(KeyBatch batch, ChangeCall call) {
        int left = batch.count() - batch.done();
        Objects.checkFromIndexSize(batch.keyAt(batch.done()), (long) left * shape.keySize(), (long)
                batch.block().size());
        batch.counter().bytes().putInt(0, left);
        try {
            long keys = batch.block().address() + batch.keyAt(batch.done());
            int result = call.change(keys, batch.counter().address());
            int done = batch.counter().bytes().getInt(0);
            // Where the kernel refuses before it begins, it leaves the count as it was.
            batch.advance(result != 0 && done == left ? 0 : done);
            return result;
        } finally {
            Reference.reachabilityFence(batch);
        }
    }

    @Override
    public int takeRecord(Block to) {
        return switch (shape.kind()) {
            case RINGBUF -> withRing(ring -> ring.take(to));
            case PERF_EVENT_ARRAY -> withEvents(events -> events.take(to), -ErrnoNumbers.ENOENT);
            default -> -ErrnoNumbers.ENOTSUPP;
        };
    }

    @Override
    public void openEvents(int bytesPerCpu) {
        locked(() -> perf = perf == null ? PerfBuffers.open(fd, shape, bytesPerCpu) : perf);
    }

    @Override
    public int eventRoom() {
        return withEvents(PerfBuffers::bytesPerCpu, 0);
    }

    @Override
    public long takeLost() {
        return withEvents(PerfBuffers::takeLost, 0L);
    }

    private <T> T withEvents(Function<PerfBuffers, T> action, T whenNotOpen) {
        return locked(() -> perf == null ? whenNotOpen : action.apply(perf));
    }

    @Override
    public int putRecord(Block from, int size) {
        Objects.checkFromIndexSize(0, size, from.size());
        return shape.kind() == MapKind.USER_RINGBUF ? withRing(ring -> ring.put(from, size)) : -ErrnoNumbers.ENOTSUPP;
    }

    private int withRing(ToIntFunction<RingMemory> action) {
        return locked(() -> {
            RingMemory mapped = ring;
            if (mapped == null) {
                mapped = RingMemory.of(fd, shape);
                ring = mapped;
            }
            return action.applyAsInt(mapped);
        });
    }

    private <T> T locked(Supplier<T> action) {
        ReentrantLock lock = RING_LOCKS.get(Math.floorMod(id, RING_LOCKS.size()));
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** What is readable when there is a record. */
    private List<Integer> awaited() {
        return shape.kind() == MapKind.PERF_EVENT_ARRAY ? withEvents(PerfBuffers::fds, List.of()) : List.of(fd);
    }

    @Override
    public int awaitRecord(List<RawMap> others, int millis) {
        List<Integer> all = Stream.concat(Stream.of(this), others.stream().map(KernelMap::of))
                .flatMap(map -> map.awaited().stream())
                .toList();
        // struct pollfd: fd, events, revents
        Block fds = Block.allocate(all.size() * Long.BYTES);
        for (int i = 0; i < all.size(); i++) {
            fds.bytes().putInt(i * Long.BYTES, all.get(i));
            fds.bytes().putShort(i * Long.BYTES + Integer.BYTES, POLLIN);
        }
        try {
            int result = Native.libc().poll(fds.address(), all.size(), millis);
            int errno = result >= 0 ? 0 : Native.lastErrno();
            return errno == ErrnoNumbers.EINTR ? 0 : -errno;
        } finally {
            Reference.reachabilityFence(fds);
        }
    }

    @Override
    public SharedMemory mmap(boolean writable) {
        return MappedArray.of(fd, shape, writable);
    }

    @Override
    public RawMap duplicate() {
        int copy = Native.libc().fcntl(fd, F_DUPFD_CLOEXEC, 0);
        if (copy < 0) {
            throw ObjectErrors.DUPLICATE.failed(
                    "another descriptor of map " + shape.name(), Native.lastErrno(), List.of());
        }
        return owning(copy, shape);
    }

    @Override
    public synchronized void close() {
        int closing = fd;
        // Later calls answer EBADF, and never reach a file that got the same number.
        fd = CLOSED;
        RingMemory mapped = ring;
        if (mapped != null) {
            ring = null;
            mapped.unmap();
        }
        PerfBuffers open = perf;
        if (open != null) {
            perf = null;
            open.close();
        }
        if (ownsFd && closing != CLOSED) {
            Native.libc().close(closing);
        }
    }

    /** The file descriptor, for as long as this map is not closed. */
    int fd() {
        return fd;
    }

    /** The same map, known to be one of the kernel. */
    static KernelMap of(RawMap map) {
        if (map instanceof KernelMap kernelMap) {
            return kernelMap;
        }
        throw new IllegalArgumentException(
                "map " + map.shape().name() + " is in memory: the kernel can only hold maps of its own");
    }

    private interface ScanCall {
        int read(int fd, long inBatch, long outBatch, long keys, long values, long count, long opts);
    }

    private interface ChangeCall {
        int change(long keys, long counter);
    }

    /** Without keys the kernel wants NULL. */
    private long key(Block block, int at) {
        if (shape.keySize() == 0) {
            return 0;
        }
        return block.address() + Objects.checkFromIndexSize(at, shape.keySize(), block.size());
    }

    private long value(Block block, int at) {
        return block.address() + Objects.checkFromIndexSize(at, valueRoom, block.size());
    }
}
