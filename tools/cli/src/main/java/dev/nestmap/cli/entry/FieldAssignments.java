/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.entry;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.value.BtfValueText;
import dev.nestmap.cli.value.FieldCondition;
import dev.nestmap.cli.value.FieldValueCheck;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.MacAddress;
import dev.nestmap.untyped.BtfValue;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Values that a user gives to fields of an entry, by the names that the command {@code tree} shows. */
final class FieldAssignments {
    /** The values that no field has taken yet, by the names of the fields. */
    private final Map<String, String> left = new LinkedHashMap<>();

    /** A field of the outer key, the key or the value. Bit fields can have the same offset. */
    private record Given(String whole, int offset, String field) {}

    /** The fields that have a value. */
    private final Set<Given> given = new HashSet<>();

    /** @throws CommandFailedException if one of the texts is not {@code FIELD=VALUE}, or if a field has two values */
    FieldAssignments(List<String> texts) {
        for (String text : texts) {
            int sign = text.indexOf('=');
            if (sign <= 0) {
                throw new CommandFailedException(SafeText.quoted(text) + " is not FIELD=VALUE");
            }
            String field = text.substring(0, sign).strip();
            if (left.put(field, text.substring(sign + 1).strip()) != null) {
                throw new CommandFailedException("two values for the field " + SafeText.visible(field));
            }
        }
    }

    /**
     * Gives the values to fields of a key or value.
     *
     * @param whole its bytes before
     * @param name its name if it is no struct: {@code key}, {@code value} or {@code outer}
     * @param decode decodes the bytes
     * @param isComplete whether each field must get a value
     */
    ByteString apply(ByteString whole, String name, Function<ByteString, BtfValue> decode, boolean isComplete) {
        ByteString bytes = whole;
        BtfValue decoded = decode.apply(bytes);
        if (BtfValueText.isWhole(decoded)) {
            String text = left.remove(name);
            if (text == null && isComplete) {
                throw new CommandFailedException(
                        "the " + name + " is missing: " + name + "=VALUE, a " + decoded.type());
            }
            return text == null ? bytes : with(decoded, name, text);
        }
        for (String field : List.copyOf(left.keySet())) {
            BtfValue part = find(decode.apply(bytes), name, field);
            if (part != null) {
                bytes = with(part, field, String.valueOf(left.remove(field)));
                given.add(new Given(name, part.offset(), part.name()));
            }
        }
        if (isComplete) {
            requireAll(decoded, name, "");
        }
        return bytes;
    }

    /** Finds a field by its name, or by its name after that of the whole: {@code value.port}, if the key has a field {@code port} too. */
    private static @Nullable BtfValue find(BtfValue whole, String name, String field) {
        BtfValue part = FieldCondition.find(whole, Arrays.asList(field.split("\\.", -1)));
        return part == null && field.startsWith(name + ".")
                ? find(whole, name, field.substring(name.length() + 1))
                : part;
    }

    /** @param path the names of the structs around the fields, each with a dot */
    private void requireAll(BtfValue whole, String name, String path) {
        for (BtfValue part : whole.parts()) {
            if (part.name().isEmpty() || (part.kind() == BtfValue.Kind.STRUCT && !BtfValueText.isWhole(part))) {
                requireAll(part, name, part.name().isEmpty() ? path : path + part.name() + ".");
            } else if (!given.contains(new Given(name, part.offset(), part.name()))
                    && whole.kind() != BtfValue.Kind.UNION) {
                boolean isAmbiguous =
                        given.stream().anyMatch(other -> other.field().equals(part.name()));
                String field = SafeText.visible((isAmbiguous ? name + "." + path : "") + part.name());
                throw new CommandFailedException("the field " + SafeText.visible(part.name()) + " of the " + name
                        + " is missing: " + field + "=VALUE, a " + SafeText.visible(part.type()));
            }
        }
    }

    /** Requires that each value had a field. */
    void requireUsed() {
        if (!left.isEmpty()) {
            throw new CommandFailedException(
                    "the map has no field " + SafeText.visible(String.join(", ", left.keySet()))
                            + "; `nestmap tree` shows the names of the fields. A key that is no struct is called key, a value value, and"
                            + " the key of the outer map outer");
        }
    }

    /** Takes the value for the key of an outer map. */
    boolean hasOuter() {
        return left.containsKey("outer");
    }

    private static ByteString with(BtfValue part, String field, String text) {
        try {
            return switch (part.kind()) {
                case NUMBER, ENUM -> withNumber(part, text);
                case TEXT -> part.withBytes(padded(text.getBytes(StandardCharsets.UTF_8), part.size()));
                case BYTES, STRUCT, UNION -> part.withBytes(bytes(part, text));
                case ARRAY -> part.withBytes(elements(part, field, text));
                default ->
                    throw new IllegalArgumentException("it is a " + part.type() + ", which this command can't set");
            };
        } catch (IllegalArgumentException e) {
            String why = FieldValueCheck.impossible(part, text);
            throw new CommandFailedException(SafeText.visible(
                    field + "=" + text + ": " + (why == null ? String.valueOf(e.getMessage()) : field + " " + why)));
        }
    }

    private static ByteString withNumber(BtfValue part, String text) {
        BigInteger number = NumberText.parse(text);
        if (number == null) {
            number = part.constant(text);
        }
        InetAddress address = number == null && part.size() == Integer.BYTES ? address(text) : null;
        if (address != null && address.getAddress().length == part.size()) {
            return part.withBytes(ByteString.of(address.getAddress()));
        }
        if (number == null && text.matches("(?i)true|false")) {
            number = text.equalsIgnoreCase("true") ? BigInteger.ONE : BigInteger.ZERO;
        }
        Integer protocol = number == null ? BtfValueText.protocol(text) : null;
        if (protocol != null) {
            number = BigInteger.valueOf(protocol);
        }
        if (number == null) {
            throw new IllegalArgumentException("it is no number");
        }
        return part.withNumber(number);
    }

    /** The bytes of an array, whose elements are written as {@code nestmap tree} shows them: {@code [1, 2]}. */
    private static ByteString elements(BtfValue array, String field, String text) {
        boolean isInBrackets = text.startsWith("[") && text.endsWith("]");
        String list = (isInBrackets ? text.substring(1, text.length() - 1) : text).strip();
        // A number may have commas, too: [1,000, 2]
        String[] texts = list.split(list.contains(" ") ? ",?\\s+" : ",", -1);
        List<BtfValue> parts = array.parts();
        if (texts.length != parts.size()) {
            throw new IllegalArgumentException(
                    "it has " + texts.length + " elements, and the array " + parts.size() + ": write [1, 2, ...]");
        }
        byte[] bytes = array.bytes().toBytes();
        for (int i = 0; i < texts.length; i++) {
            BtfValue part = parts.get(i);
            byte[] whole = with(part, field + "[" + i + "]", texts[i]).toBytes();
            System.arraycopy(whole, part.offset(), bytes, part.offset() - array.offset(), part.size());
        }
        return ByteString.of(bytes);
    }

    private static ByteString padded(byte[] text, int size) {
        if (text.length > size) {
            throw new IllegalArgumentException("it has " + text.length + " bytes, and the field " + size);
        }
        return ByteString.of(Arrays.copyOf(text, size));
    }

    private static ByteString bytes(BtfValue part, String text) {
        InetAddress address = address(text);
        if (address != null && address.getAddress().length == part.size()) {
            return ByteString.of(address.getAddress());
        }
        if (text.matches("(?i)[0-9a-f]{2}(:[0-9a-f]{2}){5}") && part.size() == 6) {
            return ByteString.of(MacAddress.parse(text).toBytes());
        }
        String digits = text.startsWith("0x") ? text.substring(2) : text;
        if (digits.length() != 2 * part.size() || !digits.matches("(?i)[0-9a-f]*")) {
            throw new IllegalArgumentException("write its " + NumberText.of(part.size(), "byte", "bytes") + " as "
                    + 2 * part.size() + " hexadecimal digits, two for each byte in memory order");
        }
        return ByteString.of(HexFormat.of().parseHex(digits));
    }

    /** An address in digits; no name is looked up. */
    private static @Nullable InetAddress address(String text) {
        if (!text.matches("[0-9.]+") && !text.contains(":")) {
            return null;
        }
        try {
            return text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")
                    ? InetAddress.getByName(text)
                    : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
