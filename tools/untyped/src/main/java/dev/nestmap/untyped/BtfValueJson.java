/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import dev.nestmap.schema.text.SchemaTextNames;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.types.ByteString;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of maps as JSON. The form of a field depends only on its type. Two different keys are never written alike, and {@link
 * #read} returns the bytes of what {@link #write} wrote.
 *
 * <ul>
 *   <li>A number is a number. Above 2<sup>53</sup>, where JavaScript and jq lose digits, it is a string. A {@code bool} is {@code true} or
 *       {@code false}, unless a program has stored another number. An enum is the name of its constant, or a number if no constant has this
 *       number.
 *   <li>A {@code char} array is a string, up to its first zero.
 *   <li>A {@code __u8} array and a floating-point number in a struct are strings of hexadecimal digits. A key or value without a type is an
 *       object with the member {@link #BYTES}.
 *   <li>A struct is an object, and an array is an array. The members of an unnamed struct or union are members of the enclosing object. A
 *       union has all its members, because C does not say which one the program has written.
 *   <li>This form does not contain all bytes if padding is not zero, if a text is not UTF-8, or if a text has other bytes after its first zero. The
 *       struct, union or text is then an object with the member {@link #BYTES}, which contains all its bytes in hexadecimal digits.
 * </ul>
 */
public final class BtfValueJson {
    /** The name of the member with all bytes of a value. No field in C has this name. */
    public static final String BYTES = "(bytes)";

    /** Larger numbers lose digits in JavaScript and jq. */
    private static final BigInteger EXACT = BigInteger.ONE.shiftLeft(53);

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+");

    private final Function<BtfValue, @Nullable String> addresses;
    private final Consumer<String> out;

    /** The bytes of the whole key or value. */
    private final byte[] bytes;

    /** The bytes that follow from what was written. */
    private final ByteBuffer written;

    private final int start;

    private BtfValueJson(BtfValue whole, Function<BtfValue, @Nullable String> addresses, Consumer<String> out) {
        this.addresses = addresses;
        this.out = out;
        this.bytes = whole.bytes().toBytes();
        this.written = ByteBuffer.allocate(bytes.length).order(ByteOrder.nativeOrder());
        this.start = whole.offset();
    }

    /**
     * Writes a value.
     *
     * @param value a whole key or value
     * @param addresses returns the text of an IP address (a number of four bytes or a {@code struct in6_addr}); null if the value is not an
     *     address
     * @return one line of JSON, in printable ASCII
     */
    public static String write(BtfValue value, Function<BtfValue, @Nullable String> addresses) {
        StringBuilder text = new StringBuilder();
        BtfValueJson json = new BtfValueJson(value, addresses, text::append);
        boolean hasType = !(value.cType() instanceof OpaqueType);
        if (hasType) {
            json.value(value);
        }
        if (!hasType || !json.isComplete(value)) { // a field that the kernel manages is the whole value
            text.setLength(0);
            json.bytesOnly(value);
        }
        return text.toString();
    }

    /**
     * Writes a value, with all addresses as numbers.
     *
     * @param value a whole key or value
     * @return one line of JSON, in printable ASCII
     */
    public static String write(BtfValue value) {
        return write(value, address -> null);
    }

    private void value(BtfValue value) {
        switch (value.kind()) {
            case STRUCT, UNION -> {
                String address = value.kind() == BtfValue.Kind.STRUCT ? addresses.apply(value) : null;
                if (address != null) {
                    string(address);
                    value.copyTo(written, start);
                } else {
                    struct(value);
                }
            }
            case ARRAY -> {
                out.accept("[");
                List<BtfValue> elements = value.parts();
                for (int i = 0; i < elements.size(); i++) {
                    out.accept(i == 0 ? "" : ",");
                    value(elements.get(i));
                }
                out.accept("]");
            }
            case TEXT -> text(value);
            case NUMBER, ENUM -> {
                number(value);
                value.copyTo(written, start);
            }
            case BYTES -> {
                string(value.bytes().toString());
                value.copyTo(written, start);
            }
            case MANAGED -> out.accept("null");
        }
    }

    private void struct(BtfValue value) {
        out.accept("{");
        Set<String> names = new HashSet<>();
        members(value, names);
        if (!isComplete(value)) {
            out.accept(names.isEmpty() ? "" : ",");
            bytesMember(value);
        }
        out.accept("}");
    }

    private void members(BtfValue value, Set<String> names) {
        for (BtfValue part : value.parts()) {
            boolean isStruct = part.kind() == BtfValue.Kind.STRUCT || part.kind() == BtfValue.Kind.UNION;
            if (part.name().isEmpty() && isStruct) {
                members(part, names);
            } else if (part.kind() != BtfValue.Kind.MANAGED && names.add(part.name())) {
                out.accept(names.size() == 1 ? "" : ",");
                string(part.name());
                out.accept(":");
                value(part);
            }
        }
    }

    /** Whether the bytes of a value follow from what was written. */
    private boolean isComplete(BtfValue value) {
        int from = value.offset() - start;
        return Arrays.equals(bytes, from, from + value.size(), written.array(), from, from + value.size());
    }

    private void bytesOnly(BtfValue value) {
        out.accept("{");
        bytesMember(value);
        out.accept("}");
    }

    private void bytesMember(BtfValue value) {
        string(BYTES);
        out.accept(":");
        string(value.bytes().toString());
        value.copyTo(written, start);
    }

    private void text(BtfValue value) {
        byte[] content = value.bytes().toBytes();
        String text = String.valueOf(value.text());
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        if (encoded.length <= content.length && Arrays.equals(Arrays.copyOf(encoded, content.length), content)) {
            string(text);
            value.copyTo(written, start);
        } else {
            bytesOnly(value);
        }
    }

    private void number(BtfValue value) {
        BigInteger number = value.requireNumber();
        String text = value.kind() == BtfValue.Kind.ENUM ? value.text() : addresses.apply(value);
        boolean isConstant = text != null && number.equals(value.exactConstant(text));
        if (text != null && (isConstant || value.kind() == BtfValue.Kind.NUMBER)) {
            string(text);
        } else if (value.type().equals("bool") && number.bitLength() <= 1 && number.signum() >= 0) {
            out.accept(number.signum() == 0 ? "false" : "true");
        } else if (number.abs().compareTo(EXACT) > 0) {
            string(number.toString());
        } else {
            out.accept(number.toString());
        }
    }

    private void string(String text) {
        out.accept(SchemaTextNames.quoted(text));
    }

    /**
     * Reads what {@link #write} wrote. Fields that the JSON does not have are zero.
     *
     * @param type a key or value of the same type, whose bytes do not matter
     * @param json the JSON as any parser returns it: a {@link Map} of names, a {@link List}, a {@link String}, an integral {@link Number}, a
     *     {@link Boolean}, or null
     * @return the bytes
     * @throws IllegalArgumentException if the JSON is not of this type; the message names the field
     */
    public static ByteString read(BtfValue type, @Nullable Object json) {
        ByteBuffer to = ByteBuffer.allocate(type.size()).order(ByteOrder.nativeOrder());
        read(type, json, to, type.offset());
        return ByteString.of(to.array());
    }

    private static void read(BtfValue type, @Nullable Object json, ByteBuffer to, int start) {
        if (json instanceof Map<?, ?> members) {
            if (members.containsKey(BYTES)) {
                bytes(type, members.get(BYTES), to, start);
                return;
            }
            require(type.kind() == BtfValue.Kind.STRUCT || type.kind() == BtfValue.Kind.UNION, type, json);
            members.forEach((name, member) -> {
                BtfValue part = type.part(String.valueOf(name));
                if (part == null) {
                    throw new IllegalArgumentException(type.type() + " has no field " + name);
                }
                read(part, member, to, start);
            });
            return;
        }
        switch (type.kind()) {
            case STRUCT -> {
                require(json instanceof String, type, json);
                put(type, address(type, String.valueOf(json)), to, start);
            }
            case UNION -> throw unexpected(type, json);
            case ARRAY -> {
                List<BtfValue> elements = type.parts();
                List<?> values = json instanceof List<?> list ? list : List.of();
                require(json instanceof List<?> && values.size() == elements.size(), type, json);
                for (int i = 0; i < elements.size(); i++) {
                    read(elements.get(i), values.get(i), to, start);
                }
            }
            case TEXT -> {
                require(json instanceof String, type, json);
                byte[] text = String.valueOf(json).getBytes(StandardCharsets.UTF_8);
                require(text.length <= type.size(), type, json);
                put(type, Arrays.copyOf(text, type.size()), to, start);
            }
            case BYTES -> bytes(type, json, to, start);
            case NUMBER, ENUM -> number(type, json, to, start);
            case MANAGED -> require(json == null, type, json);
        }
    }

    private static void bytes(BtfValue type, @Nullable Object json, ByteBuffer to, int start) {
        require(json instanceof String, type, json);
        put(type, ByteString.ofHex(String.valueOf(json)).toBytes(), to, start);
    }

    private static void put(BtfValue type, byte[] content, ByteBuffer to, int start) {
        if (content.length != type.size()) {
            throw new IllegalArgumentException(
                    type.type() + " " + type.name() + " has " + type.size() + " bytes, and not " + content.length);
        }
        to.put(type.offset() - start, content);
    }

    private static void number(BtfValue type, @Nullable Object json, ByteBuffer to, int start) {
        if (json instanceof String text && !NUMBER.matcher(text).matches()) {
            BigInteger constant = type.exactConstant(text);
            if (constant != null) {
                type.putNumber(constant, to, start);
            } else {
                put(type, address(type, text), to, start);
            }
        } else if (json instanceof Boolean bool) {
            type.putNumber(bool ? BigInteger.ONE : BigInteger.ZERO, to, start);
        } else {
            require(json instanceof String || json instanceof Number, type, json);
            try {
                type.putNumber(new BigInteger(String.valueOf(json)), to, start);
            } catch (NumberFormatException e) {
                throw unexpected(type, json);
            }
        }
    }

    private static byte[] address(BtfValue type, String text) {
        if (!text.matches("[0-9a-f:.]*[:.][0-9a-f:.]*")) { // anything else would be looked up as the name of a host
            throw unexpected(type, text);
        }
        try {
            byte[] address = InetAddress.getByName(text).getAddress();
            if (address.length == type.size()) {
                return address;
            }
            ByteBuffer mapped = ByteBuffer.allocate(16); // ::ffff:10.0.0.1, which Java reads as an IPv4 address
            mapped.putShort(10, (short) -1).position(12).put(address);
            return mapped.array();
        } catch (UnknownHostException | RuntimeException e) {
            throw unexpected(type, text);
        }
    }

    private static void require(boolean condition, BtfValue type, @Nullable Object json) {
        if (!condition) {
            throw unexpected(type, json);
        }
    }

    private static IllegalArgumentException unexpected(BtfValue type, @Nullable Object json) {
        String place = type.name().isEmpty() ? "" : " of the field " + type.name();
        return new IllegalArgumentException(json + " is no value of the type " + type.type() + place);
    }
}
