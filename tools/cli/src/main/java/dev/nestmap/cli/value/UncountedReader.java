/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.value;

import dev.nestmap.cli.console.NumberText;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.observe.ProgramStatistics;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.untyped.UntypedMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Reads what the programs of an outer map could not count in its inner maps. */
public final class UncountedReader {
    private final String outer;
    private final List<Integer> counts = new ArrayList<>();

    /** Looks for the map of the numbers among all maps of the kernel: only its name and its programs link it to the outer map. */
    public UncountedReader(UntypedMap outer) {
        this.outer = outer.name();
        if (outer.isMapOfMaps()) {
            try {
                find(outer);
            } catch (BpfException e) {
                counts.clear(); // this user may not list programs: the other output is what the user wants
            }
        }
    }

    private void find(UntypedMap map) {
        List<Integer> programs = ids(map);
        TargetMapFinder.forAll(
                other -> other.type().equals("PERCPU_ARRAY")
                        && other.canBeNamed(outer + UncountedMap.SUFFIX)
                        && other.maxEntries() == UncountedMap.Counter.values().length
                        && ids(other).stream().anyMatch(programs::contains),
                other -> counts.add(other.id()),
                problem -> {});
    }

    private static List<Integer> ids(UntypedMap map) {
        return map.programs().stream().map(ProgramStatistics::id).toList();
    }

    /** The numbers now; null if there is no such map, or it can't be read. */
    public @Nullable Uncounted read() {
        try (UntypedMap.Owned map = counts.isEmpty() ? null : UntypedMap.open(counts.get(0))) {
            return map == null
                    ? null
                    : new Uncounted(
                            outer,
                            number(map, UncountedMap.Counter.REFUSED),
                            number(map, UncountedMap.Counter.UNKNOWN_KEY));
        } catch (BpfException e) {
            return null;
        }
    }

    /** A number in its map, on all CPUs. */
    public static long number(UntypedMap counts, UncountedMap.Counter number) {
        for (UntypedMap.Entry entry : counts) {
            if (MapBytesReader.nativeNumber(entry.key().toBytes()) == number.index()) {
                LongBuffer ofCpus = ByteBuffer.wrap(entry.value().toBytes())
                        .order(ByteOrder.nativeOrder())
                        .asLongBuffer();
                return LongStream.generate(ofCpus::get)
                        .limit(ofCpus.remaining())
                        .sum();
            }
        }
        return 0;
    }

    /** Describes the numbers; empty if both are 0. */
    public static String describe(@Nullable Uncounted uncounted) {
        if (uncounted == null || (uncounted.refused() == 0 && uncounted.unknownKey() == 0)) {
            return "";
        }
        List<String> parts = new ArrayList<>();
        if (uncounted.refused() > 0) {
            parts.add(NumberText.of(uncounted.refused(), "addition", "additions") + " refused by full inner maps");
        }
        if (uncounted.unknownKey() > 0) {
            parts.add(
                    NumberText.of(uncounted.unknownKey(), "addition", "additions") + " for keys without an inner map");
        }
        return String.join(", ", parts);
    }
}
