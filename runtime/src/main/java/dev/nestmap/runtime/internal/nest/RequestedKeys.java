/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The keys that programs have requested, except those that failed or were refused recently. Not thread-safe. */
public final class RequestedKeys<K> {
    /** The time for which a failed key is left out. */
    public static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The longest time for which a refused key is left out. */
    private static final long MOST_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** The most refused keys that are remembered. */
    private static final int MOST_REFUSED = 1 << 16;

    private final KeyRequestTable table;
    private final MapShape outer;
    private final Codec<K> codec;

    /** Keys that could not be served, with the time of the next try. */
    private final Map<SlotKey, Long> failing = new HashMap<>();

    /** Refused keys, least recently requested first. */
    private final Map<SlotKey, Refusal> refused = new LinkedHashMap<>(16, 0.75f, true);

    /** Refused keys whose requests are about to be removed. */
    private final List<SlotKey> leaving = new ArrayList<>();

    /** How long a refused key is left out, and until when. */
    private record Refusal(long pause, long retry) {
        static Refusal after(@Nullable Refusal before) {
            long pause = before == null ? RETRY_NANOS : Math.min(2 * before.pause, MOST_PAUSE_NANOS);
            return new Refusal(pause, System.nanoTime() + pause);
        }
    }

    /** Time of the last read of the whole table, or of the creation of this object. */
    private long lastRead = System.nanoTime();

    /** Reads the keys of this table, which programs missed in an outer map of this shape. */
    RequestedKeys(KeyRequestTable table, MapShape outer, Codec<K> codec) {
        this.table = table;
        this.outer = outer;
        this.codec = codec;
    }

    /**
     * Returns a {@code nanoTime}: programs requested every key that the next {@link #read} returns for the first time after this moment.
     */
    public long lastRead() {
        return lastRead;
    }

    /**
     * Reads requested keys.
     *
     * @param limit the most keys to read, apart from those that fail
     * @param invalid receives each key whose bytes are not a valid key of the record, or not the bytes that the record writes for this key.
     *     Such a key is refused
     */
    public List<SlotKey> read(int limit, BiConsumer<SlotKey, RuntimeException> invalid) {
        int most = limit + failing.size();
        long now = System.nanoTime();
        List<byte[]> keys = table.keys(most);
        if (keys.size() < most) { // otherwise the oldest requests may be among those that were not read
            lastRead = now;
        }
        failing.values().removeIf(retry -> retry - now <= 0);
        List<SlotKey> due = new ArrayList<>();
        for (byte[] bytes : keys) {
            SlotKey undecoded = new SlotKey(HexFormat.of().formatHex(bytes), bytes);
            Refusal refusal = refused.get(undecoded);
            if (refusal != null && refusal.retry - now > 0) {
                leaving.add(undecoded);
            } else if (!failing.containsKey(undecoded)) {
                try {
                    due.add(new SlotKey(decode(bytes), bytes));
                } catch (RuntimeException e) {
                    refuse(undecoded);
                    invalid.accept(undecoded, e);
                }
            }
        }
        return due;
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
                            + ", so it could not find an inner map at other bytes: set padding and the rest of a text to zero in C");
        }
        return key;
    }

    /** Leaves a key out for a second. */
    public void failed(SlotKey slot) {
        failing.put(slot, System.nanoTime() + RETRY_NANOS);
    }

    /** Leaves a key out, for twice the previous time, and removes its request at the next {@link #removeRefused}. */
    public void refuse(SlotKey slot) {
        refused.put(slot, Refusal.after(refused.get(slot)));
        leaving.add(slot);
        if (refused.size() > MOST_REFUSED) {
            Iterator<SlotKey> eldest = refused.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    /** Removes the requests of refused keys, so that other requests have room. Returns the number of misses of these keys. */
    public long removeRefused() {
        long missed = 0;
        for (SlotKey slot : leaving) {
            missed += table.remove(slot);
        }
        leaving.clear();
        return missed;
    }

    /** Forgets the failures of keys whose requests ended. */
    public void ended(Set<SlotKey> slots) {
        failing.keySet().removeAll(slots);
        refused.keySet().removeAll(slots);
    }

    /** The key of a slot that {@link #read} returned. */
    @SuppressWarnings("unchecked") // read() decodes the keys of all slots with this codec
    public K key(SlotKey slot) {
        return (K) slot.key();
    }
}
