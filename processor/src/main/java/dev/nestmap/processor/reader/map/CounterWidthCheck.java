/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import com.google.auto.common.MoreTypes;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.ArrayConversion;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.IntegerConversion;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.ExternalTypeReader;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.source.WidthAnnotation;
import dev.nestmap.processor.reader.type.TypedComponent;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.Scalar;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.lang.model.element.TypeElement;

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

    private final ReaderContext context;

    /** Records that have been looked into. Several times would take exponential time for records that contain another twice at every level. */
    private final Set<TypeElement> seen = new HashSet<>();

    private CounterWidthCheck(ReaderContext context) {
        this.context = context;
    }

    /** Adds a note for each component of the map's value that seems to be such a counter, also inside of records and arrays. */
    static void check(ReaderContext context, MapDef map, List<TypedComponent> values) {
        MapKind kind = map.kind();
        boolean isCounted = kind.isHash() || kind.isArray() || kind.isStorage();
        if (isCounted && !context.isForeign() && !map.isReadOnlyToPrograms()) {
            CounterWidthCheck all = new CounterWidthCheck(context);
            values.forEach(value -> all.check(
                    value.component(), value.conversion(), value.component().place()));
        }
    }

    /** @param place the component, or the one around it if another file declares this one */
    private void check(Component component, Conversion conversion, SourceLocation place) {
        if (conversion instanceof ArrayConversion array) {
            check(component, array.element(), place);
        } else if (conversion instanceof StructModel struct) {
            TypeElement record = MoreTypes.asTypeElement(component.innermost().type());
            if (seen.add(record) && !ExternalTypeReader.isExternal(record)) {
                for (int i = 0; i < struct.components().size(); i++) {
                    Component inside =
                            new Component(record.getRecordComponents().get(i));
                    check(
                            inside,
                            struct.components().get(i).conversion(),
                            context.declares(record) ? inside.place() : place);
                }
            }
        } else if (conversion instanceof IntegerConversion number
                && !TypedComponent.isRejected(number)
                && isCounter(component.name())) {
            check(component, number.type(), place, context.problems());
        }
    }

    private static void check(Component component, Scalar scalar, SourceLocation place, Problems problems) {
        int bits = Math.toIntExact(Byte.SIZE * scalar.size());
        if (bits >= Long.SIZE || scalar.bigEndian()) {
            return;
        }
        problems.note(
                place,
                Rule.COUNTER_WRAPS,
                component.name(),
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
