/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.top;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.value.DecodedMapView;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.BtfValue;
import dev.nestmap.untyped.UntypedMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A number in the values of a map, which is read without decoding the value.
 *
 * @param name its name
 * @param offset its offset in one CPU's value, in bytes
 * @param size 1, 2, 4 or 8 bytes
 * @param bigEndian whether its most significant byte is first
 * @param stride bytes from one CPU's value to the next; 0 if there is one value
 */
record CounterField(String name, int offset, int size, boolean bigEndian, int stride) {
    private static final String VALUE = "value";
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
        collect("", values.get(0), numbers);
        Named chosen = field == null ? usual(numbers) : named(numbers, field);
        if (chosen == null) {
            String names = numbers.stream().map(Named::name).collect(Collectors.joining(", "));
            throw new CommandFailedException("the values of " + SafeText.visible(map.toString()) + " have no number "
                    + (field == null ? "of 8 bytes; choose one with --by" : "called " + SafeText.visible(field))
                    + ": their numbers are "
                    + (names.isEmpty() ? "none" : names));
        }
        BtfValue value = chosen.value();
        return new CounterField(chosen.name(), value.offset(), value.size(), value.isBigEndian(), stride);
    }

    /** Reads the counter in the value between position and limit of the buffer. Adds those of all CPUs. */
    long read(ByteBuffer values) {
        long sum = 0;
        for (int at = values.position(); at < values.limit(); at += stride == 0 ? values.remaining() : stride) {
            sum += readAt(values, at + offset);
        }
        return sum;
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

    private record Named(String name, BtfValue value) {}

    private static CounterField withoutBtf(UntypedMap map, @Nullable String field, int stride) {
        if (field != null || (map.valueSize() != Long.BYTES && map.valueSize() != Integer.BYTES)) {
            throw new CommandFailedException(SafeText.visible(map.toString())
                    + " has no BTF that names the fields of its values, and a value has "
                    + NumberText.of(map.valueSize(), "byte", "bytes")
                    + ": without BTF, only values of 4 or 8 bytes can be counted, and --by"
                    + " is not possible");
        }
        return new CounterField(VALUE, 0, map.valueSize(), false, stride);
    }

    /** Leaves out unions with a discriminator, because other entries may have other bytes in the place of the number. */
    private static void collect(String prefix, BtfValue value, List<Named> numbers) {
        if (value.kind() == BtfValue.Kind.NUMBER && value.bits() == 0 && value.size() <= Long.BYTES) {
            numbers.add(new Named(prefix.isEmpty() ? VALUE : SafeText.visible(prefix), value));
        } else if (value.kind() == BtfValue.Kind.STRUCT
                || (value.kind() == BtfValue.Kind.UNION
                        && value.parts().size() == value.declaredParts().size())) {
            for (BtfValue part : value.parts()) {
                String name =
                        part.name().isEmpty() ? prefix : prefix.isEmpty() ? part.name() : prefix + "." + part.name();
                collect(name, part, numbers);
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
