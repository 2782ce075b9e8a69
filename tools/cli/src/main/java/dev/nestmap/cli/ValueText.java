/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.types.ByteString;
import dev.nestmap.types.MacAddress;
import dev.nestmap.untyped.BtfValue;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The readable form of a number, text or address. BTF has only sizes and signs, so this class guesses from the type ({@code __be32}) and
 * the name whether a number is an address, a protocol or a time.
 */
final class ValueText {
    private static final int MOST_BYTES = 64;
    private static final int MOST_ELEMENTS = 8;
    private static final long SEPARATED = 100_000;

    private static final Set<String> ADDRESSES = Set.of(
            "addr", "saddr", "daddr", "laddr", "raddr", "ip", "ip4", "ipv4", "sip", "dip", "srcip", "dstip", "vip",
            "gw", "gateway", "nexthop");
    private static final Set<String> ENDS = Set.of("src", "dst", "source", "dest", "destination", "local", "remote");
    private static final Set<String> NOT_ADDRESSES =
            Set.of("seq", "ack", "label", "flowlabel", "spi", "vni", "mark", "id", "teid", "tag", "len", "mask");
    private static final Set<String> PROTOCOLS = Set.of("proto", "protocol", "l4proto", "nexthdr", "ipproto");
    private static final Set<String> IDENTIFIERS = Set.of(
            "pid", "tgid", "tid", "ppid", "uid", "gid", "id", "ino", "inode", "mark", "cookie", "hash", "cgroup",
            "port", "sport", "dport", "cgid");
    private static final Set<String> TEXTS = Set.of("name", "comm", "path", "ifname", "filename", "host", "hostname");
    private static final Set<String> MOMENTS = Set.of(
            "last",
            "seen",
            "start",
            "started",
            "created",
            "updated",
            "expires",
            "expiry",
            "deadline",
            "timestamp",
            "ts",
            "ktime",
            "since",
            "first");
    private static final Map<Integer, String> PROTOCOL_NAMES = Map.of(
            1, "icmp", 2, "igmp", 6, "tcp", 17, "udp", 41, "ipv6", 47, "gre", 50, "esp", 58, "icmpv6", 132, "sctp");

    private ValueText() {}

    /** Whether a value is shown as one text, and not as its parts. */
    static boolean isWhole(BtfValue value) {
        return switch (value.kind()) {
            case STRUCT -> value.type().equals("struct in6_addr");
            case UNION -> value.parts().isEmpty(); // the discriminator selects no member
            default -> true;
        };
    }

    /** The readable form of a value. */
    static String of(BtfValue value) {
        return switch (value.kind()) {
            case NUMBER -> number(value);
            case ENUM -> {
                String constant = value.text();
                yield constant == null ? String.valueOf(value.number()) : Escapes.visible(constant);
            }
            case TEXT -> Escapes.quoted(Objects.requireNonNullElse(value.text(), ""));
            case BYTES -> bytes(value.name(), value.bytes().toBytes());
            case ARRAY -> array(value);
            case MANAGED -> Escapes.visible(value.type());
            case STRUCT, UNION ->
                value.type().equals("struct in6_addr")
                        ? address(value.bytes().toBytes())
                        : isWhole(value) ? withoutMember(value) : parts(value);
        };
    }

    /** Bytes that no BTF describes: hexadecimal, and as a number if they could be one. */
    static String raw(ByteString bytes) {
        byte[] content = bytes.toBytes();
        String hex = hex(content);
        return MapBytes.isNumber(bytes)
                ? hex + " (" + Long.toUnsignedString(MapBytes.nativeNumber(content)) + ")"
                : hex;
    }

    /** The readable form of a value that each of these CPUs has: numbers are added, and of moments the latest is shown. */
    static String of(List<BtfValue> cpus) {
        BtfValue first = cpus.get(0);
        if (cpus.size() > 1 && first.kind() == BtfValue.Kind.ARRAY) {
            return array(cpus);
        }
        BigInteger number = first.kind() == BtfValue.Kind.NUMBER ? combined(cpus) : null;
        return cpus.size() > 1 && number != null
                ? number(first, number)
                : cpus.stream().map(ValueText::of).distinct().collect(Collectors.joining(" | "));
    }

    /** Why a user's text can't be the value of this field; null if it can. */
    static @Nullable String impossible(BtfValue field, String text) {
        BigInteger number = NumberText.parse(text);
        return switch (field.kind()) {
            case NUMBER -> number == null ? notShown(field, text) : outOfRange(field, number);
            case ENUM ->
                number != null
                        ? outOfRange(field, number)
                        : field.constants().stream().anyMatch(text::equalsIgnoreCase)
                                ? null
                                : "is one of " + String.join(", ", field.constants());
            case TEXT ->
                text.startsWith("\"") || text.getBytes(StandardCharsets.UTF_8).length <= field.size()
                        ? null
                        : "has room for " + NumberText.of(field.size(), "byte", "bytes");
            default -> null;
        };
    }

    private static @Nullable String outOfRange(BtfValue field, BigInteger number) {
        int bits = field.type().equals("bool") ? 1 : field.bits() == 0 ? field.size() * Byte.SIZE : field.bits();
        int magnitude = field.isSigned() ? bits - 1 : bits;
        BigInteger least =
                field.isSigned() ? BigInteger.ONE.shiftLeft(magnitude).negate() : BigInteger.ZERO;
        BigInteger most = BigInteger.ONE.shiftLeft(magnitude).subtract(BigInteger.ONE);
        return number.compareTo(least) < 0 || number.compareTo(most) > 0
                ? "is a number from " + least + " to " + most
                : null;
    }

    /** Why this text is not one of those that are shown for a number. */
    private static @Nullable String notShown(BtfValue field, String text) {
        List<String> words = words(field.name());
        if (field.type().equals("bool")) {
            return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false") ? null : "is true or false";
        }
        if (field.duration() != null || field.instant() != null || words.contains("ns") || words.contains("ktime")) {
            return null;
        }
        if (field.size() == Integer.BYTES && field.bits() == 0 && isAddress(words, field.isBigEndian())) {
            return text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") ? null : "is an IPv4 address";
        }
        if (PROTOCOLS.stream().anyMatch(words::contains)) {
            return PROTOCOL_NAMES.containsValue(text.toLowerCase(Locale.ROOT))
                    ? null
                    : "is a number, or one of "
                            + PROTOCOL_NAMES.values().stream().sorted().collect(Collectors.joining(", "));
        }
        return "is a number";
    }

    /** The number that stands for those of several CPUs; null if there is none, because they are names and differ. */
    static @Nullable BigInteger combined(List<BtfValue> cpus) {
        BtfValue first = cpus.get(0);
        List<BigInteger> numbers = cpus.stream()
                .flatMap(value -> Optional.ofNullable(value.number()).stream())
                .toList();
        if (numbers.size() < cpus.size()) {
            return null;
        }
        if (new HashSet<>(numbers).size() == 1 && (cpus.size() == 1 || !isCounter(first))) {
            return numbers.get(0);
        }
        if (isMoment(first)) {
            return Collections.max(numbers);
        }
        return isCounter(first) ? numbers.stream().reduce(BigInteger.ZERO, BigInteger::add) : null;
    }

    /** Whether the numbers of several CPUs can be added. */
    private static boolean isCounter(BtfValue value) {
        List<String> words = words(value.name());
        return value.kind() == BtfValue.Kind.NUMBER
                && !value.type().equals("bool")
                && !value.type().endsWith("*")
                && !isMoment(value)
                && !(value.size() == Integer.BYTES && isAddress(words, value.isBigEndian()))
                && PROTOCOLS.stream().noneMatch(words::contains)
                && IDENTIFIERS.stream().noneMatch(words::contains);
    }

    private static boolean isMoment(BtfValue value) {
        List<String> words = words(value.name());
        boolean isTime = words.contains("ns") || words.contains("ktime");
        return value.instant() != null || (isTime && MOMENTS.stream().anyMatch(words::contains));
    }

    private static String number(BtfValue value) {
        return number(value, Objects.requireNonNull(value.number()));
    }

    private static String number(BtfValue value, BigInteger number) {
        Duration duration = value.duration(number);
        if (duration != null) {
            return duration(duration);
        }
        Instant instant = value.instant(number);
        if (instant != null) {
            return instant.toString();
        }
        if (value.type().equals("bool")) {
            return number.signum() == 0 ? "false" : "true";
        }
        if (value.type().endsWith("*")) {
            return "0x" + number.toString(16);
        }
        List<String> words = words(value.name());
        if (value.size() == Integer.BYTES && value.bits() == 0 && isAddress(words, value.isBigEndian())) {
            return address(value.bytes().toBytes());
        }
        if (PROTOCOLS.stream().anyMatch(words::contains) && number.bitLength() < Byte.SIZE + 1) {
            return PROTOCOL_NAMES.getOrDefault(number.intValue(), number.toString());
        }
        if (value.size() == Long.BYTES && number.signum() > 0 && number.bitLength() < Long.SIZE) {
            String time = time(words, number.longValue());
            if (!time.isEmpty()) {
                return time;
            }
        }
        boolean separate = number.abs().compareTo(BigInteger.valueOf(SEPARATED)) >= 0
                && IDENTIFIERS.stream().noneMatch(words::contains);
        return separate ? String.format(Locale.ROOT, "%,d", number) : number.toString();
    }

    /** A union whose discriminator selects no member, or one without bytes. */
    private static String withoutMember(BtfValue union) {
        byte[] content = union.bytes().toBytes();
        return MapBytes.isZero(content) ? "none" : hex(content);
    }

    /** A duration of more than 292 years has no number of nanoseconds in Java. */
    private static String duration(Duration duration) {
        boolean readable = !duration.isNegative() && duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) <= 0;
        return readable ? NumberText.duration(duration.toNanos()) : duration.toString();
    }

    /** {@code bpf_ktime_get_ns} counts from the start of the machine, like {@link System#nanoTime} on Linux. */
    private static String time(List<String> words, long nanos) {
        if (!words.contains("ns") && !words.contains("ktime")) {
            return "";
        }
        if (MOMENTS.stream().noneMatch(words::contains)) {
            return NumberText.duration(nanos);
        }
        long ago = System.nanoTime() - nanos;
        return ago >= 0 ? NumberText.duration(ago) + " ago" : "in " + NumberText.duration(-ago);
    }

    private static boolean isAddress(List<String> words, boolean bigEndian) {
        if (NOT_ADDRESSES.stream().anyMatch(words::contains)) {
            return false;
        }
        boolean named = ADDRESSES.stream().anyMatch(words::contains);
        String last = words.get(words.size() - 1);
        return bigEndian || (named && (ADDRESSES.contains(last) || ENDS.contains(last) || last.matches("[0-9]+")));
    }

    private static String bytes(String name, byte[] content) {
        List<String> words = words(name);
        if (content.length == 6) {
            return MacAddress.of(content).toString();
        }
        if (content.length == 16 && (isAddress(words, false) || words.contains("ip6") || words.contains("ipv6"))) {
            return address(content);
        }
        if (content.length == 4 && isAddress(words, false)) {
            return address(content);
        }
        if (TEXTS.stream().anyMatch(words::contains) && isText(content)) {
            return Escapes.quoted(text(content));
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
        List<String> words = words(value.name());
        if (content.length == 16 && elements.size() == 4 && (isAddress(words, false) || words.contains("ip6"))) {
            return address(content);
        }
        if (elements.size() > 1
                && cpus.stream().allMatch(cpu -> MapBytes.isZero(cpu.bytes().toBytes()))) {
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
        for (ShownField cell : ShownField.of(value)) {
            text.append(text.length() == 1 ? "" : " ").append(cell.plain());
        }
        return text.append('}').toString();
    }

    private static String address(byte[] bytes) {
        try {
            String text = InetAddress.getByAddress(bytes).getHostAddress();
            return bytes.length == 16 && text.contains(":") ? shortened(text) : text;
        } catch (UnknownHostException e) {
            return hex(bytes);
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

    /** The words of a name in lower case: {@code src_ip} and {@code srcIp} are src and ip. */
    private static List<String> words(String name) {
        return List.of(name.replaceAll("([a-z])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT)
                .split("_+", -1));
    }
}
