/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.IntegerConversion;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.WidthAnnotation;
import dev.nestmap.processor.reader.type.TypedComponent;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.Scalar;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Notes counters with fewer than 64 bits, which wrap silently: at 40 Gbit/s, 32 bits of bytes last for a second. Only the name tells a counter
 * from the other numbers of a value, such as ports and indices.
 */
final class CounterWidthCheck {
    private static final Set<String> COUNTED = Set.of(
            "bits",
            "bytes",
            "octets",
            "packets",
            "pkts",
            "frames",
            "segments",
            "datagrams",
            "count",
            "counts",
            "counter",
            "total",
            "totals",
            "sum",
            "hits",
            "misses",
            "drops",
            "dropped",
            "passed",
            "errors",
            "events",
            "calls",
            "requests",
            "responses",
            "retransmits");

    /** Words of names that are limits or the like, although they contain one of the others: {@code maxBytes}, {@code packetsPerSecond}. */
    private static final Set<String> OTHERWISE = Set.of(
            "max", "min", "limit", "per", "burst", "rate", "quota", "threshold", "allowed", "size", "index", "id");

    private CounterWidthCheck() {}

    /** Adds a note for each component of the map's value that seems to be such a counter. */
    static void check(MapDef map, List<TypedComponent> values, Problems problems) {
        MapKind kind = map.kind();
        boolean isCounted = kind.isHash() || kind == MapKind.ARRAY || kind == MapKind.PERCPU_ARRAY || kind.isStorage();
        if (isCounted && !map.isReadOnlyToPrograms()) {
            values.forEach(value -> check(value, problems));
        }
    }

    private static void check(TypedComponent value, Problems problems) {
        if (!(value.conversion() instanceof IntegerConversion number) || !isCounter(value.name())) {
            return;
        }
        Component component = value.component();
        Scalar scalar = number.type();
        int bits = Math.toIntExact(Byte.SIZE * scalar.size());
        if (bits >= Long.SIZE || scalar.bigEndian()) {
            return;
        }
        problems.note(
                component.place(),
                Rule.COUNTER_WRAPS,
                value.name(),
                WidthAnnotation.of(component.declaration(), "", problems)
                        .map(width -> "@" + width.spelling() + " " + component.typeName())
                        .orElse(component.typeName()),
                bits,
                (1L << (scalar.signed() ? bits - 1 : bits)) - 1,
                scalar.signed() ? "turns negative" : "starts again at 0");
    }

    private static boolean isCounter(String name) {
        List<String> words = Arrays.asList(name.replaceAll("([a-z])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT)
                .split("_+", -1));
        return words.stream().anyMatch(COUNTED::contains) && words.stream().noneMatch(OTHERWISE::contains);
    }
}
