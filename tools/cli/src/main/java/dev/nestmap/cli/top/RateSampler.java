/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.top;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.value.DecodedMapView;
import dev.nestmap.cli.value.OuterSlot;
import dev.nestmap.cli.value.OutputField;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.observe.ProgramStatistics;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.BtfValue;
import dev.nestmap.untyped.UntypedMap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Repeatedly reads a counter of all entries of a map, and computes its growth. */
public final class RateSampler {
    private final UntypedMap map;
    private final @Nullable String field;
    private final DecodedMapView view;
    private @Nullable CounterField counter;

    /** The counters of the previous reading, by the id of the map and the key. */
    private Map<Integer, Map<ByteString, Long>> previous = Map.of();

    private final ProgramSampler programSampler = new ProgramSampler();
    private List<ProgramSampler.Rate> programs = List.of();
    private int newestId;
    private long readAt;
    private Cost cost = new Cost(0, 0, 0);

    /**
     * The cost of the last reading.
     *
     * @param maps inner maps that were read
     * @param entries entries that were read
     * @param nanos its duration
     */
    record Cost(long maps, long entries, long nanos) {}

    /**
     * An entry and its rate.
     *
     * @param outer the shown key of the outer map; empty for a map that is not nested
     * @param key the shown key
     * @param perSecond growth of the counter per second
     * @param total the counter
     */
    public record Rate(String outer, List<OutputField> key, double perSecond, long total) {}

    /** An entry without its texts, which only shown entries need. */
    private record Candidate(int id, @Nullable OuterSlot slot, ByteString key, double perSecond, long total) {}

    /** @param field the counter's name; null to choose one */
    public RateSampler(UntypedMap map, @Nullable String field) {
        this.map = map;
        this.field = field;
        this.view = new DecodedMapView(map);
    }

    /** The name of the counter; empty before an inner map was read. */
    public String counterName() {
        return counter == null ? "" : counter.name();
    }

    DecodedMapView view() {
        return view;
    }

    Cost cost() {
        return cost;
    }

    /** The programs that use the map and have runs or skipped runs since the previous reading. Without {@code kernel.bpf_stats_enabled}, no runs are known. */
    List<ProgramSampler.Rate> programs() {
        return programs;
    }

    /** Reads all counters, and returns the fastest. The first reading returns nothing, because nothing has grown yet. */
    public List<Rate> sample(int most) {
        long start = System.nanoTime();
        if (!view.withoutEntries().isEmpty()) {
            throw new CommandFailedException(view.name() + " has no counters: " + view.withoutEntries());
        }
        Reading reading = new Reading(start - readAt, most);
        if (map.isMapOfMaps()) {
            for (OuterSlot slot : OuterSlot.of(view)) {
                readInner(slot, reading);
            }
        } else {
            reading.read(map, null);
        }
        boolean isFirst = readAt == 0;
        programs = programSampler.sample(programReadings()).stream()
                .filter(ProgramSampler.Rate::isBusy)
                .toList();
        previous = reading.counters;
        newestId = reading.newest;
        cost = new Cost(reading.maps, reading.entries, System.nanoTime() - start);
        readAt = start;
        return isFirst ? List.of() : texts(reading.fastest());
    }

    private List<ProgramSampler.Reading> programReadings() {
        try {
            List<ProgramStatistics> read = map.programs();
            long now = System.nanoTime();
            return read.stream()
                    .map(one -> new ProgramSampler.Reading(one, now))
                    .toList();
        } catch (BpfException e) {
            return List.of(); // only root may list programs, and a user without these rights may read a pinned map
        }
    }

    /** A map that vanishes meanwhile has nothing to count. */
    private void readInner(OuterSlot slot, Reading reading) {
        if (reading.counters.containsKey(slot.id())) {
            return; // it is in several slots
        }
        try (UntypedMap.Owned inner = slot.openIn(map)) {
            if (inner != null && !reading.counters.containsKey(inner.id())) {
                reading.read(inner, slot);
            }
        }
    }

    private List<Rate> texts(List<Candidate> fastest) {
        List<Rate> rates = new ArrayList<>();
        for (Candidate one : fastest) {
            String outer = one.slot() == null ? "" : one.slot().title();
            rates.add(new Rate(outer, key(one), one.perSecond(), one.total()));
        }
        return rates;
    }

    private List<OutputField> key(Candidate one) {
        try (UntypedMap.Owned inner = one.slot() == null ? null : map.openInner(one.id())) {
            boolean isOuter = inner == null && map.isMapOfMaps();
            DecodedMapView of = inner == null ? view : new DecodedMapView(inner);
            return OutputField.of(isOuter ? BtfValue.untyped(one.key()) : of.key(one.key()));
        } catch (BpfException e) {
            return OutputField.of(BtfValue.untyped(one.key()));
        }
    }

    /** One reading of all entries. */
    private final class Reading {
        private final Map<Integer, Map<ByteString, Long>> counters = new HashMap<>();
        private final PriorityQueue<Candidate> best =
                new PriorityQueue<>(Comparator.comparingDouble(Candidate::perSecond));
        private final double elapsed;
        private final int most;
        private long maps;
        private long entries;
        private int newest = newestId;

        Reading(long elapsedNanos, int most) {
            this.elapsed = elapsedNanos / 1e9;
            this.most = most;
        }

        void read(UntypedMap read, @Nullable OuterSlot slot) {
            if (counter == null) {
                counter = CounterField.in(read, field);
            }
            CounterField found = Objects.requireNonNull(counter);
            int id = read.id();
            newest = Math.max(newest, id);
            maps++;
            Map<ByteString, Long> before = previous.get(id);
            Map<ByteString, Long> now = new HashMap<>();
            read.forEachBytes((key, value) -> {
                entries++;
                ByteString bytes = copy(key);
                long count = found.read(value);
                now.put(bytes, count);
                offer(id, slot, bytes, growth(id, before, bytes, count), count);
            });
            counters.put(id, now);
        }

        /**
         * The growth since the last reading. A new entry of a known map counts from zero, and so do the entries of a map that was created
         * since then.
         */
        private long growth(int id, @Nullable Map<ByteString, Long> before, ByteString key, long count) {
            if (before == null) {
                return id > newestId && newestId != 0 ? count : 0;
            }
            long earlier = before.getOrDefault(key, 0L);
            return Long.compareUnsigned(count, earlier) >= 0 ? count - earlier : count;
        }

        private void offer(int id, @Nullable OuterSlot slot, ByteString key, long growth, long count) {
            if (growth == 0 || most == 0) {
                return;
            }
            double rate = growth / elapsed;
            if (best.size() < most) {
                best.add(new Candidate(id, slot, key, rate, count));
            } else if (Objects.requireNonNull(best.peek()).perSecond() < rate) {
                best.poll();
                best.add(new Candidate(id, slot, key, rate, count));
            }
        }

        List<Candidate> fastest() {
            return best.stream()
                    .sorted(Comparator.comparingDouble(Candidate::perSecond).reversed())
                    .toList();
        }

        private static ByteString copy(ByteBuffer key) {
            return ByteString.of(key, key.position(), key.remaining());
        }
    }
}
