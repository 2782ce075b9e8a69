/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.LookupLayout;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.BlockCache;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Looks up entries of one map by several keys. */
final class EntryLookups<K, E> {
    /** A hash table has a bucket for each of its entries at this load. */
    private static final double LOAD_FACTOR = 0.75;

    private final OpenMap map;
    private final EntryCodec<K, E> codec;
    private final long flags;
    private final LookupLayout layout;

    EntryLookups(OpenMap map, EntryCodec<K, E> codec, long flags) {
        this.map = map;
        this.codec = codec;
        this.flags = flags;
        this.layout = LookupLayout.of(map);
    }

    /** See {@link ReadableAccessor#getAll(Collection)}. */
    <Q extends K> Map<Q, E> getAll(Collection<Q> keys) {
        Map<Q, E> found = new LinkedHashMap<>((int) (keys.size() / LOAD_FACTOR) + 1);
        forEachFound(
                keys,
                (key, bytes, at) ->
                        found.put(key, EntryDecoder.entry(map.shape(), codec, key, bytes, at + layout.valueAt())));
        return found;
    }

    /** See {@link ReadableAccessor#getAll(Collection, EntryView, Consumer)}. */
    <V extends EntryView<E>> void getAll(Collection<? extends K> keys, V view, Consumer<? super V> action) {
        Objects.requireNonNull(action, "action");
        try {
            forEachFound(keys, (key, bytes, at) -> {
                view.show(bytes, at + layout.keyAt(), at + layout.valueAt(), layout.valueBytes());
                action.accept(view);
            });
        } finally {
            view.hide();
        }
    }

    /** Receives an entry that was found: its key, and where the answered request is in the memory. */
    private interface FoundEntry<Q> {
        void accept(Q key, ByteBuffer bytes, int requestAt);
    }

    private <Q extends K> void forEachFound(Collection<Q> keys, FoundEntry<? super Q> action) {
        List<Q> all = new ArrayList<>(keys);
        if (all.isEmpty()) {
            return;
        }
        int capacity = Math.min(layout.capacity(), all.size());
        Block requests = BlockCache.take(capacity * layout.requestSize());
        for (int from = 0; from < all.size(); from += capacity) {
            forEachFound(all, from, Math.min(all.size(), from + capacity), requests, action);
        }
        BlockCache.giveBack(requests);
    }

    private <Q extends K> void forEachFound(
            List<Q> keys, int from, int to, Block requests, FoundEntry<? super Q> action) {
        ByteBuffer bytes = requests.bytes();
        for (int i = from; i < to; i++) {
            int keyAt = (i - from) * layout.requestSize() + layout.keyAt();
            codec.writeKey(Objects.requireNonNull(keys.get(i), "key"), bytes, keyAt);
        }
        if (flags != 0 || !map.lookupAll(requests, to - from)) {
            lookupOneByOne(keys, from, to, requests);
        }
        for (int i = from; i < to; i++) {
            int at = (i - from) * layout.requestSize();
            if (bytes.getInt(at) == LookupLayout.FOUND) {
                action.accept(keys.get(i), bytes, at);
            }
        }
    }

    private void lookupOneByOne(List<? extends K> keys, int from, int to, Block requests) {
        for (int i = from; i < to; i++) {
            int at = (i - from) * layout.requestSize();
            int result = map.lookup(requests, at + layout.keyAt(), at + layout.valueAt(), flags);
            if (result != 0 && result != -ENOENT) {
                throw MapOperation.LOOKUP.failed(map.shape(), keys.get(i), result);
            }
            requests.bytes().putInt(at, result == 0 ? LookupLayout.FOUND : LookupLayout.NO_ENTRY);
        }
    }
}
