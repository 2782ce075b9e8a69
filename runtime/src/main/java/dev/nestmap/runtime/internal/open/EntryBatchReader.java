/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.OffHeapBlockCache;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;

/**
 * Looks up entries by several keys: many in each system call if possible, otherwise one by one.
 *
 * @param <Q> type of the keys
 * @param <E> type of the entries
 */
public abstract class EntryBatchReader<Q, E> {
    /** A hash table has a bucket for each of its entries at this load. */
    private static final double LOAD_FACTOR = 0.75;

    final OpenMap map;
    final QueryLayout layout;
    final long flags;

    /**
     * @param map the map that is queried
     * @param flags {@link dev.nestmap.runtime.internal.map.RawMap#LOCK} or 0
     */
    protected EntryBatchReader(OpenMap map, QueryLayout layout, long flags) {
        this.map = map;
        this.layout = layout;
        this.flags = flags;
    }

    /** Writes a key to a query at this offset. */
    protected abstract void write(Q key, ByteBuffer to, int queryAt);

    /** Answers a query at this offset by system calls. Returns whether there is an entry. */
    protected abstract boolean lookup(Q key, OffHeapBlock queries, int queryAt);

    /** Decodes the entry with this key, whose value is at this offset. */
    protected abstract E decode(Q key, ByteBuffer from, int valueAt);

    /** Returns the entries that exist, in the order of the keys. */
    public final Map<Q, E> getAll(Collection<Q> keys) {
        Map<Q, E> found = new LinkedHashMap<>((int) (keys.size() / LOAD_FACTOR) + 1);
        forEachFound(keys, (key, bytes, keyAt, valueAt) -> found.put(key, decode(key, bytes, valueAt)));
        return found;
    }

    /** Receives a key that has an entry, and where its key and value are in the memory. */
    public interface Found<Q> {
        /** Reads the entry, whose bytes are valid until this method returns. */
        void accept(Q key, MappedByteBuffer bytes, int keyAt, int valueAt);
    }

    /** Passes the entries that exist to an action, in the order of the keys. */
    public final void forEachFound(Collection<? extends Q> keys, Found<Q> action) {
        List<? extends Q> all = keys instanceof RandomAccess ? (List<? extends Q>) keys : new ArrayList<>(keys);
        int capacity = Math.min(layout.capacity(), all.size());
        OffHeapBlock queries = OffHeapBlockCache.take(capacity * layout.size());
        for (int from = 0; from < all.size(); from += capacity) {
            forEachFound(all, from, Math.min(all.size(), from + capacity), queries, action);
        }
        OffHeapBlockCache.giveBack(queries);
    }

    private void forEachFound(List<? extends Q> keys, int from, int to, OffHeapBlock queries, Found<Q> action) {
        MappedByteBuffer bytes = queries.bytes();
        for (int i = from; i < to; i++) {
            Q key = keys.get(i);
            if (key == null) { // requireNonNull with a supplier would allocate one for each key
                throw new NullPointerException("a key for map " + map.shape().name() + " is null");
            }
            write(key, bytes, (i - from) * layout.size());
        }
        if (flags != 0 || !map.lookupAll(layout, queries, to - from)) {
            for (int i = from; i < to; i++) {
                int at = (i - from) * layout.size();
                boolean found = lookup(keys.get(i), queries, at);
                bytes.putInt(at + layout.answerAt(), found ? QueryLayout.FOUND : QueryLayout.NO_ENTRY);
            }
        }
        for (int i = from; i < to; i++) {
            int at = (i - from) * layout.size();
            if (bytes.getInt(at + layout.answerAt()) == QueryLayout.FOUND) {
                action.accept(keys.get(i), bytes, at + layout.keyAt(), at + layout.valueAt());
            }
        }
    }

    /** Queries for entries of one map. */
    public static final class OfMap<Q, E> extends EntryBatchReader<Q, E> {
        private final EntryCodec<? super Q, E> codec;

        public OfMap(OpenMap map, EntryCodec<? super Q, E> codec, long flags) {
            super(map, QueryLayout.of(map), flags);
            this.codec = codec;
        }

        @Override
        protected void write(Q key, ByteBuffer to, int queryAt) {
            codec.writeKey(key, to, queryAt + layout.keyAt());
        }

        @Override
        protected boolean lookup(Q key, OffHeapBlock queries, int queryAt) {
            int result = map.lookup(queries, queryAt + layout.keyAt(), queryAt + layout.valueAt(), flags);
            if (result != 0 && result != -ENOENT) {
                throw OperationListeners.leaving(MapOperation.LOOKUP.failed(map.shape(), key, result));
            }
            return result == 0;
        }

        @Override
        protected E decode(Q key, ByteBuffer from, int valueAt) {
            return EntryDecoder.entry(map.shape(), codec, key, from, valueAt);
        }
    }
}
