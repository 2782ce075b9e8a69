/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.value;

import dev.nestmap.untyped.BtfValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The meaning of a number or of bytes: a guess by the type ({@code __be32}) and the words of the name, because BTF has only sizes and signs.
 */
enum ValueMeaning {
    BOOL,
    POINTER,
    /** An IPv4 address. */
    ADDRESS,
    /** The number of a protocol over IP. */
    PROTOCOL,
    /** Nanoseconds. */
    KERNEL_DURATION,
    /** Nanoseconds by the clock of {@code bpf_ktime_get_ns}. */
    KERNEL_MOMENT,
    /** A number that stands for something, so that adding it to another one makes no sense. */
    IDENTIFIER,
    COUNT;

    /** The names of numbers of {@link #PROTOCOL}. */
    static final Map<Integer, String> PROTOCOL_NAMES = Map.of(
            1, "icmp", 2, "igmp", 6, "tcp", 17, "udp", 41, "ipv6", 47, "gre", 50, "esp", 58, "icmpv6", 132, "sctp");

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

    /** The meaning of a value's number. */
    static ValueMeaning of(BtfValue value) {
        if (value.type().equals("bool")) {
            return BOOL;
        }
        if (value.type().endsWith("*")) {
            return POINTER;
        }
        List<String> words = words(value.name());
        if (value.size() == Integer.BYTES && value.bits() == 0 && isAddress(words, value.isBigEndian())) {
            return ADDRESS;
        }
        if (PROTOCOLS.stream().anyMatch(words::contains)) {
            return PROTOCOL;
        }
        boolean isIdentifier = IDENTIFIERS.stream().anyMatch(words::contains);
        boolean isTime = words.contains("ns") || words.contains("ktime");
        if (isTime && (value.size() == Long.BYTES || !isIdentifier)) { // pid_ns of 4 bytes is the number of a namespace
            return MOMENTS.stream().anyMatch(words::contains) ? KERNEL_MOMENT : KERNEL_DURATION;
        }
        return isIdentifier ? IDENTIFIER : COUNT;
    }

    /** Whether bytes or a number with these words in its name are an IP address. */
    static boolean isAddress(List<String> words, boolean bigEndian) {
        if (NOT_ADDRESSES.stream().anyMatch(words::contains)) {
            return false;
        }
        boolean named = ADDRESSES.stream().anyMatch(words::contains);
        String last = words.get(words.size() - 1);
        return bigEndian || (named && (ADDRESSES.contains(last) || ENDS.contains(last) || last.matches("[0-9]+")));
    }

    /** Whether bytes with these words in their name are a text. */
    static boolean isText(List<String> words) {
        return TEXTS.stream().anyMatch(words::contains);
    }

    /** The words of a name in lower case: {@code src_ip} and {@code srcIp} are src and ip. */
    static List<String> words(String name) {
        return List.of(name.replaceAll("([a-z])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT)
                .split("_+", -1));
    }
}
