/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.top;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.value.DecodedMapView;
import dev.nestmap.cli.value.EntryFilter;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.BtfValue;
import dev.nestmap.untyped.UntypedMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A number in the values of a map. It is read without decoding the value, unless a discriminator says whether the value has the number.
 *
 * @param name its name
 * @param offset its offset in one CPU's value, in bytes
 * @param size 1, 2, 4 or 8 bytes
 * @param bigEndian whether its most significant byte is first
 * @param stride bytes from one CPU's value to the next; 0 if there is one value
 * @param selectable whether the number is in a union with a discriminator, so that other entries may have other bytes in its place
 */
record CounterField(String name, int offset, int size, boolean bigEndian, int stride, boolean selectable) {
    private static final List<String> USUAL =
            List.of("packets", "pkts", "hits", "count", "requests", "calls", "events", "bytes");

    /**
     * Finds the counter in the values of a map.
     *
     * @param field its name; null to choose one
     */
    static CounterField in(UntypedMap map, @Nullable String field) {
        int stride = map.valuesPerEntry() == 1 ? 0 : (map.valueSize() + 7) / 8 * 8;
        List<BtfValue> values = new DecodedMapView(map)
                .value(ByteString.of(new byte[Math.max(map.valueSize(), stride * map.valuesPerEntry())]));
        if (values.get(0).isUntyped()) {
            return withoutBtf(map, field, stride);
        }
        List<Named> numbers = new ArrayList<>();
        collect("", values.get(0), BtfValue::declaredParts, false, numbers);
        Named chosen = field == null ? usual(numbers) : named(numbers, field);
        if (chosen == null) {
            String names = numbers.stream().map(Named::name).collect(Collectors.joining(", "));
            throw new CommandFailedException("the values of " + SafeText.visible(map.toString()) + " have no number "
                    + (field == null ? "of 8 bytes; choose one with --by" : "called " + SafeText.visible(field))
                    + ": their numbers are "
                    + (names.isEmpty() ? "none" : names));
        }
        BtfValue value = chosen.value();
        return new CounterField(
                chosen.name(), value.offset(), value.size(), value.isBigEndian(), stride, chosen.selectable());
    }

    /**
     * Reads the counter in the value between position and limit of the buffer. Adds those of all CPUs. A counter in a member that the
     * discriminator of its union does not select is 0.
     */
    long read(UntypedMap map, ByteBuffer values) {
        List<BtfValue> decoded = selectable
                ? new DecodedMapView(map).value(ByteString.of(values, values.position(), values.remaining()))
                : List.of();
        long sum = 0;
        int cpu = 0;
        for (int at = values.position(); at < values.limit(); at += stride == 0 ? values.remaining() : stride) {
            sum += !selectable || isSelected(decoded.get(cpu)) ? readAt(values, at + offset) : 0;
            cpu++;
        }
        return sum;
    }

    /** Whether the unions around the counter select it in this value. */
    private boolean isSelected(BtfValue value) {
        List<Named> numbers = new ArrayList<>();
        collect("", value, BtfValue::parts, false, numbers);
        return numbers.stream().anyMatch(number -> number.name().equals(name));
    }

    private long readAt(ByteBuffer from, int at) {
        from.order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.nativeOrder());
        return switch (size) {
            case Byte.BYTES -> Byte.toUnsignedLong(from.get(at));
            case Short.BYTES -> Short.toUnsignedLong(from.getShort(at));
            case Integer.BYTES -> Integer.toUnsignedLong(from.getInt(at));
            default -> from.getLong(at);
        };
    }

    private record Named(String name, BtfValue value, boolean selectable) {}

    private static CounterField withoutBtf(UntypedMap map, @Nullable String field, int stride) {
        if (field != null || (map.valueSize() != Long.BYTES && map.valueSize() != Integer.BYTES)) {
            throw new CommandFailedException(SafeText.visible(map.toString())
                    + " has no BTF that names the fields of its values, and a value has "
                    + NumberText.of(map.valueSize(), "byte", "bytes")
                    + ": without BTF, only values of 4 or 8 bytes can be counted, and --by"
                    + " is not possible");
        }
        return new CounterField(EntryFilter.VALUE, 0, map.valueSize(), false, stride, false);
    }

    private static void collect(
            String prefix,
            BtfValue value,
            Function<BtfValue, List<BtfValue>> parts,
            boolean selectable,
            List<Named> numbers) {
        boolean isUnion = value.kind() == BtfValue.Kind.UNION;
        if (value.kind() == BtfValue.Kind.NUMBER && value.bits() == 0 && value.size() <= Long.BYTES) {
            numbers.add(new Named(prefix.isEmpty() ? EntryFilter.VALUE : SafeText.visible(prefix), value, selectable));
        } else if (value.kind() == BtfValue.Kind.STRUCT || isUnion) {
            boolean selects = isUnion && value.parts().size() < 2; // without a discriminator, all members are parts
            for (BtfValue part : parts.apply(value)) {
                String name =
                        part.name().isEmpty() ? prefix : prefix.isEmpty() ? part.name() : prefix + "." + part.name();
                collect(name, part, parts, selectable || selects, numbers);
            }
        }
    }

    private static @Nullable Named named(List<Named> numbers, String field) {
        return numbers.stream()
                .filter(number -> number.name().equals(field) || number.name().endsWith("." + field))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Named usual(List<Named> numbers) {
        for (String name : USUAL) {
            Named found = named(numbers, name);
            if (found != null) {
                return found;
            }
        }
        return numbers.stream()
                .filter(number -> number.value().size() == Long.BYTES || numbers.size() == 1)
                .findFirst()
                .orElse(null);
    }
}
