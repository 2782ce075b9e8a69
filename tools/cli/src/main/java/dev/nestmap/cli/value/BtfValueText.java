/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.value;

import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.MacAddress;
import dev.nestmap.untyped.BtfValue;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The readable form of a number, text or address. BTF has only sizes and signs, so {@link ValueMeaning} decides whether a number is an
 * address, a protocol or a time.
 */
final class BtfValueText {
    /** Longer bytes are shortened for people. Programs that read JSON get all. */
    private static final int MOST_BYTES = 64;

    private static final int MOST_ELEMENTS = 8;
    private static final long SEPARATED = 100_000;

    private BtfValueText() {}

    /** Whether a value is shown as one text, and not as its parts. */
    static boolean isWhole(BtfValue value) {
        return switch (value.kind()) {
            case STRUCT -> value.type().equals("struct in6_addr");
            case UNION -> value.parts().isEmpty();
            default -> true;
        };
    }

    /** The readable form of a value. Long bytes and arrays are shortened. */
    static String of(BtfValue value) {
        return switch (value.kind()) {
            case NUMBER -> number(value);
            case ENUM -> {
                String constant = value.text();
                yield constant == null ? String.valueOf(value.number()) : SafeText.visible(constant);
            }
            case TEXT -> SafeText.quoted(Objects.requireNonNullElse(value.text(), ""));
            case BYTES ->
                value.isUntyped()
                        ? raw(value.bytes())
                        : bytes(value.name(), value.bytes().toBytes());
            case ARRAY -> array(value);
            case MANAGED -> SafeText.visible(value.type());
            case STRUCT, UNION ->
                value.type().equals("struct in6_addr")
                        ? address(value.bytes().toBytes())
                        : isWhole(value) ? withoutMember(value) : parts(value);
        };
    }

    /** The text of a number or struct that is an IP address, with all bytes of the address; null if it is none. */
    static @Nullable String address(BtfValue value) {
        boolean isAddress = value.type().equals("struct in6_addr")
                || (value.kind() == BtfValue.Kind.NUMBER && ValueMeaning.of(value) == ValueMeaning.ADDRESS);
        if (!isAddress) {
            return null;
        }
        byte[] content = value.bytes().toBytes();
        String text = address(content);
        return content.length == 4 || text.contains(":") ? text : "::ffff:" + text; // Java leaves this prefix out
    }

    /** Bytes that no BTF describes: hexadecimal, and as a number if they could be one. */
    private static String raw(ByteString bytes) {
        byte[] content = bytes.toBytes();
        String hex = hex(content);
        return MapBytesReader.isNumber(bytes)
                ? hex + " (" + Long.toUnsignedString(MapBytesReader.nativeNumber(content)) + ")"
                : hex;
    }

    /** The readable form of a value that each of these CPUs has: numbers are added, and of moments the latest is shown. */
    static String of(List<BtfValue> cpus) {
        BtfValue first = cpus.get(0);
        if (cpus.size() > 1 && first.kind() == BtfValue.Kind.ARRAY) {
            return array(cpus);
        }
        BigInteger number = first.kind() == BtfValue.Kind.NUMBER || first.isUntyped() ? combined(cpus) : null;
        return cpus.size() > 1 && number != null
                ? first.isUntyped() ? number.toString() : number(first, number)
                : cpus.stream().map(BtfValueText::of).distinct().collect(Collectors.joining(" | "));
    }

    /** The number that summarizes the values of several CPUs; null if they are names and differ. */
    static @Nullable BigInteger combined(List<BtfValue> cpus) {
        BtfValue first = cpus.get(0);
        if (first.isUntyped()) {
            return MapBytesReader.sum(cpus);
        }
        List<BigInteger> numbers = cpus.stream()
                .flatMap(value -> Optional.ofNullable(value.number()).stream())
                .toList();
        if (numbers.size() < cpus.size()) {
            return null;
        }
        boolean isSingle = new HashSet<>(numbers).size() == 1;
        return switch (ValueMeaning.of(first)) {
            case COUNT, KERNEL_DURATION ->
                first.kind() == BtfValue.Kind.NUMBER
                        ? numbers.stream().reduce(BigInteger.ZERO, BigInteger::add)
                        : isSingle ? numbers.get(0) : null;
            case KERNEL_MOMENT -> Collections.max(numbers);
            case BOOL, POINTER, ADDRESS, PROTOCOL, IDENTIFIER -> isSingle ? numbers.get(0) : null;
        };
    }

    private static String number(BtfValue value) {
        return number(value, Objects.requireNonNull(value.number()));
    }

    private static String number(BtfValue value, BigInteger number) {
        ValueMeaning meaning = ValueMeaning.of(value);
        boolean isTime = value.size() == Long.BYTES && number.signum() > 0 && number.bitLength() < Long.SIZE;
        String text = switch (meaning) {
            case BOOL -> number.signum() == 0 ? "false" : "true";
            case POINTER -> "0x" + number.toString(16);
            case ADDRESS -> address(value.bytes().toBytes());
            case PROTOCOL ->
                number.bitLength() <= Byte.SIZE ? ValueMeaning.PROTOCOL_NAMES.get(number.intValue()) : null;
            case KERNEL_DURATION -> isTime ? NumberText.duration(number.longValue()) : null;
            case KERNEL_MOMENT -> isTime ? moment(number.longValue()) : null;
            case IDENTIFIER -> number.toString();
            case COUNT -> null;
        };
        if (text != null) {
            return text;
        }
        return number.abs().compareTo(BigInteger.valueOf(SEPARATED)) >= 0
                ? String.format(Locale.ROOT, "%,d", number)
                : number.toString();
    }

    /** A union that has no member with a name. */
    private static String withoutMember(BtfValue union) {
        return MapBytesReader.isZero(union.bytes()) ? "none" : hex(union.bytes().toBytes());
    }

    /** {@code bpf_ktime_get_ns} counts from the start of the machine, like {@link System#nanoTime} on Linux. */
    private static String moment(long nanos) {
        long ago = System.nanoTime() - nanos;
        return ago >= 0 ? NumberText.duration(ago) + " ago" : "in " + NumberText.duration(-ago);
    }

    private static String bytes(String name, byte[] content) {
        List<String> words = ValueMeaning.words(name);
        if (content.length == 6) {
            return MacAddress.of(content).toString();
        }
        if (content.length == 16
                && (ValueMeaning.isAddress(words, false) || words.contains("ip6") || words.contains("ipv6"))) {
            return address(content);
        }
        if (content.length == 4 && ValueMeaning.isAddress(words, false)) {
            return address(content);
        }
        if (ValueMeaning.isText(words) && isText(content)) {
            return SafeText.quoted(text(content));
        }
        return hex(content);
    }

    private static boolean isText(byte[] content) {
        int end = lengthOfText(content);
        for (int i = 0; i < content.length; i++) {
            if (i < end ? content[i] < ' ' && content[i] >= 0 : content[i] != 0) {
                return false;
            }
        }
        return end > 0;
    }

    private static String text(byte[] content) {
        return new String(content, 0, lengthOfText(content), StandardCharsets.UTF_8);
    }

    private static int lengthOfText(byte[] content) {
        int length = 0;
        while (length < content.length && content[length] != 0) {
            length++;
        }
        return length;
    }

    private static String array(BtfValue value) {
        return array(List.of(value));
    }

    private static String array(List<BtfValue> cpus) {
        BtfValue value = cpus.get(0);
        List<BtfValue> elements = value.parts();
        byte[] content = value.bytes().toBytes();
        List<String> words = ValueMeaning.words(value.name());
        if (content.length == 16
                && elements.size() == 4
                && (ValueMeaning.isAddress(words, false) || words.contains("ip6"))) {
            return address(content);
        }
        if (elements.size() > 1 && cpus.stream().allMatch(cpu -> MapBytesReader.isZero(cpu.bytes()))) {
            return "[0 × " + elements.size() + "]";
        }
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < Math.min(elements.size(), MOST_ELEMENTS); i++) {
            int index = i;
            text.append(i == 0 ? "" : ", ")
                    .append(of(cpus.stream().map(cpu -> cpu.parts().get(index)).toList()));
        }
        int more = elements.size() - MOST_ELEMENTS;
        return text.append(more > 0 ? ", … " + NumberText.count(more) + " more]" : "]")
                .toString();
    }

    private static String parts(BtfValue value) {
        StringBuilder text = new StringBuilder("{");
        for (OutputField cell : OutputField.of(value)) {
            text.append(text.length() == 1 ? "" : " ").append(cell.plain());
        }
        return text.append('}').toString();
    }

    private static String address(byte[] bytes) {
        try {
            String text = InetAddress.getByAddress(bytes).getHostAddress();
            return bytes.length == 16 && text.contains(":") ? shortened(text) : text;
        } catch (UnknownHostException e) {
            return ByteString.of(bytes).toString();
        }
    }

    /** Java prints every group of an IPv6 address. Replaces the longest run of zeros. */
    private static String shortened(String address) {
        String longest = "";
        Matcher runs = Pattern.compile("(^|:)0(:0)+(:|$)").matcher(address);
        while (runs.find()) {
            longest = runs.group().length() > longest.length() ? runs.group() : longest;
        }
        return longest.isEmpty() ? address : address.replaceFirst(longest, "::");
    }

    private static String hex(byte[] content) {
        if (content.length <= MOST_BYTES) {
            return ByteString.of(content).toString();
        }
        return ByteString.of(Arrays.copyOf(content, MOST_BYTES)) + "… (" + NumberText.count(content.length) + " bytes)";
    }
}
