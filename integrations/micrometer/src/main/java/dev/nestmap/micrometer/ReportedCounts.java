/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.types.ByteString;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The counts of one map's entries that the counters already contain. */
final class ReportedCounts {
    private final EntryMeters meters;
    private final Map<ByteString, long[]> counted = new HashMap<>();

    ReportedCounts(EntryMeters meters) {
        this.meters = meters;
    }

    /**
     * Reads all entries of the map, and adds their growth since the last read to the counters. If a count is lower than at the last read,
     * the entry was removed and created again, so the whole count is new. Throws after all other entries if some can't be decoded.
     *
     * @param outerKey the key of the map's slot; null for a plain map
     * @param measures whether to also update the gauges
     */
    void read(ReadableAccessor<?, ?> map, @Nullable Object outerKey, boolean measures) {
        Set<ByteString> present = new HashSet<>();
        AtomicReference<@Nullable BpfException> failure = new AtomicReference<>();
        map.forEachBytes((key, value) -> {
            ByteString bytes = ByteString.of(key, key.position(), key.remaining());
            boolean isFirst = present.add(bytes); // some maps are read again if their last entry is removed meanwhile
            List<?> records;
            try {
                records = records(map, key, value);
            } catch (BpfException e) {
                failure.compareAndSet(null, e);
                return;
            }
            long[] now = meters.counts(records);
            long[] reported = reported(bytes, now); // before the counters: afterwards, memory may be short
            long[] increments = increments(reported, now);
            boolean counts = Arrays.stream(increments).anyMatch(increment -> increment != 0);
            boolean shows = measures && isFirst && meters.hasGauges();
            if (counts || shows) { // most entries have not changed since the last update
                List<String> labels = meters.labels(outerKey, records.get(0));
                if (counts) {
                    meters.count(labels, increments);
                    System.arraycopy(
                            now, 0, reported, 0, now.length); // no earlier, or a failure would lose the increments
                }
                if (shows) {
                    meters.measure(labels, records);
                }
            }
        });
        counted.keySet().retainAll(present);
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    /** Returns the entry as records: one for each CPU in a per-CPU map. */
    private static List<?> records(ReadableAccessor<?, ?> map, ByteBuffer key, ByteBuffer value) {
        Object entry = map.fromBytes(key, value);
        return entry instanceof List<?> ofEachCpu ? ofEachCpu : List.of(entry);
    }

    /** The counts of an entry that the counters have. */
    private long[] reported(ByteString key, long[] now) {
        if (Arrays.stream(now)
                .allMatch(count -> count == 0)) { // most entries of an array are zero, and take no memory here
            counted.remove(key);
            return now;
        }
        return counted.computeIfAbsent(key, any -> new long[now.length]);
    }

    private static long[] increments(long[] reported, long[] now) {
        long[] increments = new long[now.length];
        for (int i = 0; i < now.length; i++) {
            boolean grown = Long.compareUnsigned(now[i], reported[i]) >= 0;
            increments[i] = grown ? now[i] - reported[i] : now[i];
        }
        return increments;
    }
}
