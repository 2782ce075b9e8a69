/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The keys that programs have requested and that have no inner map yet: the 65,536 that were requested last. Not thread-safe. */
public final class RequestedKeys<K> {
    /** The time for which a failed or refused key is left out. */
    public static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The most keys that are remembered, so that a flood of invented keys takes a limited amount of memory. */
    private static final int MOST_REMEMBERED = 1 << 16;

    private final MapShape outer;
    private final Codec<K> codec;

    /** The requests by key, least recently read first. */
    private final Map<SlotKey, Request> requests = new LinkedHashMap<>(16, 0.75f, true);

    /** A key without an inner map. */
    private static final class Request {
        private final SlotKey undecoded;

        private boolean refused;

        /** The time of the next try. */
        private long retry = System.nanoTime();

        Request(SlotKey undecoded) {
            this.undecoded = undecoded;
        }

        boolean isDue(long now) {
            return retry - now <= 0;
        }

        void retryLater() {
            retry = System.nanoTime() + RETRY_NANOS;
        }
    }

    /** @param outer the shape of the outer map in which programs miss the keys */
    public RequestedKeys(MapShape outer, Codec<K> codec) {
        this.outer = outer;
        this.codec = codec;
    }

    /** Remembers the keys of a table. */
    public void add(Collection<SlotKey> keys) {
        for (SlotKey slot : keys) {
            if (requests.get(slot) == null) { // otherwise it is the last one now
                requests.put(slot, new Request(slot));
                if (requests.size() > MOST_REMEMBERED) {
                    Iterator<SlotKey> eldest = requests.keySet().iterator();
                    eldest.next();
                    eldest.remove();
                }
            }
        }
    }

    /**
     * Returns the decoded keys that may get an inner map now.
     *
     * @param among the keys to look at; null for all
     * @param invalid receives each key whose bytes are not a valid key of the record, or not the bytes that the record writes for this key.
     *     Such a key is refused
     */
    public List<SlotKey> due(@Nullable Collection<SlotKey> among, BiConsumer<SlotKey, RuntimeException> invalid) {
        long now = System.nanoTime();
        List<Request> due = new ArrayList<>();
        if (among == null) {
            requests.values().stream().filter(request -> request.isDue(now)).forEach(due::add);
        } else {
            for (SlotKey slot : among) {
                Request request = requests.get(slot);
                if (request != null && request.isDue(now)) {
                    due.add(request);
                }
            }
        }
        List<SlotKey> decoded = new ArrayList<>();
        for (Request request : due) {
            try {
                decoded.add(decoded(request.undecoded));
            } catch (RuntimeException e) {
                refuse(request.undecoded);
                invalid.accept(request.undecoded, e);
            }
        }
        return decoded;
    }

    private SlotKey decoded(SlotKey undecoded) {
        return new SlotKey(decode(undecoded.bytes()), undecoded.bytes());
    }

    /** Decodes a key. Null if its bytes are not a valid key of the record: another process may have put an inner map there. */
    public @Nullable K keyOf(SlotKey undecoded) {
        try {
            return decode(undecoded.bytes());
        } catch (RuntimeException e) {
            return null;
        }
    }

    /** Reads a key. Rejects bytes that no key of the outer map has, because no inner map can be there, or no accessor could find it. */
    private K decode(byte[] bytes) {
        if (!outer.canHold(bytes)) {
            throw new IllegalArgumentException("the outer map only has the indices 0 to " + (outer.maxEntries() - 1));
        }
        K key = codec.read(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), 0);
        byte[] written = new byte[bytes.length];
        codec.write(key, ByteBuffer.wrap(written).order(ByteOrder.nativeOrder()), 0);
        if (!Arrays.equals(written, bytes)) {
            throw new IllegalArgumentException(
                    "the record writes " + key + " as " + HexFormat.of().formatHex(written)
                            + ", so Java could not find an inner map at these bytes: in C, set padding and the bytes after a text to zero");
        }
        return key;
    }

    /** Leaves a key out for a second. */
    public void failed(SlotKey slot) {
        Request request = requests.get(slot);
        if (request != null) {
            request.retryLater();
        }
    }

    /** Leaves a key out for a second, and counts its misses as refused. */
    public void refuse(SlotKey slot) {
        Request request = requests.get(slot);
        if (request != null) {
            request.refused = true;
            request.retryLater();
        }
    }

    /** Counts the misses of a key as waiting until it has an inner map. */
    public void accept(SlotKey slot) {
        Request request = requests.get(slot);
        if (request != null) {
            request.refused = false;
        }
    }

    /** Whether the key was refused at the last try. */
    public boolean isRefused(SlotKey slot) {
        Request request = requests.get(slot);
        return request != null && request.refused;
    }

    /** Forgets keys that have inner maps. */
    public void ended(Collection<SlotKey> slots) {
        slots.forEach(requests::remove);
    }

    /** The key of a slot that {@link #due} returned. */
    @SuppressWarnings("unchecked") // due() has made the slot with this codec
    public K key(SlotKey slot) {
        return (K) slot.key();
    }
}
