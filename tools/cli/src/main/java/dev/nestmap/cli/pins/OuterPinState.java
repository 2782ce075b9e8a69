/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.value.DecodedMapView;
import dev.nestmap.cli.value.MapBytesReader;
import dev.nestmap.cli.value.OuterSlot;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.untyped.BtfValue;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a pinned outer map holds, and what its programs could not count.
 *
 * @param owner the process that owns the slots; null if none does
 * @param drained when a process last drained the map, or displaced or acknowledged a map; null if none has
 * @param innerMaps the number of inner maps in slots
 * @param entries their entries, of arrays those that are not zero; -1 if they can't be read
 * @param isDrainable whether a drain saves them to a file, as far as the types of the maps show it. Settings stay in their slots
 * @param uncounted additions that are in no inner map, since the outer map exists; null if programs do not count them
 * @param requests missed keys; null if inner maps are not created on demand
 */
record OuterPinState(
        @Nullable PinOwner owner,
        @Nullable Instant drained,
        long innerMaps,
        long entries,
        boolean isDrainable,
        @Nullable Uncounted uncounted,
        @Nullable Requests requests) {
    /**
     * Keys that programs missed.
     *
     * @param keys the keys that wait for an inner map; -1 if they can't be read
     * @param misses the misses of these keys
     * @param reports tables of misses that wait like displaced maps
     * @param lost misses that left no request, since the map was created
     */
    record Requests(long keys, long misses, int reports, long lost) {}

    /** Reads the state of the outer map at a pin. */
    static OuterPinState read(UntypedMap outer, Path pin) {
        long entries = 0;
        boolean isDrainable = true;
        Set<Integer> inners = Set.of();
        try {
            inners = OuterSlot.ids(outer);
            for (int id : inners) {
                try (UntypedMap.Owned inner = outer.openInner(id)) {
                    isDrainable &= inner == null
                            || (SavedEntries.canRead(inner.type()) && (inner.flags() & MapFlags.RDONLY_PROG) == 0);
                    entries += inner == null ? 0 : new DecodedMapView(inner).count();
                }
            }
        } catch (BpfException e) {
            entries = -1;
        }
        return new OuterPinState(
                PinOwner.of(pin),
                drained(pin),
                inners.size(),
                entries,
                isDrainable,
                uncounted(outer.name(), pin),
                requests(pin));
    }

    /** The owner of the slots sets the time of this directory at the end of each drain. */
    private static @Nullable Instant drained(Path pin) {
        try {
            return Files.getLastModifiedTime(PinFile.DRAINING.of(pin), LinkOption.NOFOLLOW_LINKS)
                    .toInstant();
        } catch (IOException e) {
            return null;
        }
    }

    /** The lost events of the stream at a pin; null if programs do not count them. */
    static @Nullable Long lostEvents(Path pin) {
        return sum(PinFile.LOST_EVENTS.of(pin));
    }

    /** Additions that are in no inner map of the outer map at a pin; null if programs do not count them. */
    static @Nullable Uncounted uncounted(String map, Path pin) {
        Long full = number(pin, UncountedMap.Counter.FULL);
        Long failed = number(pin, UncountedMap.Counter.FAILED);
        Long unknown = number(pin, UncountedMap.Counter.UNKNOWN_KEY);
        return full == null || failed == null || unknown == null ? null : new Uncounted(map, full, failed, unknown);
    }

    /** Describes the numbers; empty if all are 0. */
    static String describe(@Nullable Uncounted uncounted) {
        if (uncounted == null) {
            return "";
        }
        return Stream.of(
                        additions(uncounted.full(), " refused by full inner maps"),
                        additions(uncounted.failed(), " refused by inner maps for another reason"),
                        additions(uncounted.unknownKey(), " for keys without an inner map"))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String additions(long number, String what) {
        return number == 0 ? "" : NumberText.of(number, "addition", "additions") + what;
    }

    /** A number of what programs could not count in the maps at a pin, on all CPUs; null if they do not count it. */
    private static @Nullable Long number(Path pin, UncountedMap.Counter number) {
        try (UntypedMap.Owned map = UntypedMap.openPinned(PinFile.UNCOUNTED.of(pin), MapAccess.READ_ONLY)) {
            if (map == null) {
                return null;
            }
            for (UntypedMap.Entry entry : map) {
                if (MapBytesReader.nativeNumber(entry.key().toBytes()) == number.index()) {
                    List<BtfValue> ofCpus = new DecodedMapView(map).value(entry.value());
                    return Objects.requireNonNull(MapBytesReader.sum(ofCpus)).longValue();
                }
            }
            return 0L;
        } catch (BpfException e) {
            return null;
        }
    }

    /** The sum of a pinned map of counters; null if there is none that can be read. */
    private static @Nullable Long sum(Path counters) {
        try (UntypedMap.Owned map = UntypedMap.openPinned(counters, MapAccess.READ_ONLY)) {
            return map == null ? null : (Long) sum(map);
        } catch (BpfException e) {
            return null;
        }
    }

    private static long sum(UntypedMap map) {
        long sum = 0;
        for (UntypedMap.Entry entry : map) {
            sum += MapBytesReader.nativeNumber(entry.value().toBytes());
        }
        return sum;
    }

    private static @Nullable Requests requests(Path pin) {
        Path path = PinFile.REQUESTS.of(pin);
        Long lost = number(pin, UncountedMap.Counter.UNREQUESTED);
        if (lost == null || !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        int reports = PinFile.DRAINING
                .withGroups(path)
                .mapToInt(directory -> PinFile.mapsIn(directory).size())
                .sum();
        long keys = 0;
        long misses = 0;
        try (UntypedMap.Owned tables = UntypedMap.openPinned(path, MapAccess.READ_ONLY)) {
            if (tables != null) {
                for (UntypedMap.Entry slot : tables) {
                    try (UntypedMap.Owned table = tables.openInner(OuterSlot.id(slot))) {
                        keys += table == null ? 0 : table.count();
                        misses += table == null ? 0 : sum(table);
                    }
                }
            }
        } catch (BpfException e) {
            keys = -1;
        }
        return new Requests(keys, misses, reports, lost);
    }
}
