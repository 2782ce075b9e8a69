/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.program.TextFile;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Identifiers that a generated header can't declare, because C, clang or an included header uses them. */
public final class ReservedNames {
    private static final Pattern ROW = Pattern.compile("(?m)^(\\w+)\n((?: .*\n)+)");

    /** The words of {@code reserved-names.txt}, by the names of their sets. */
    private static final Map<String, Set<String>> WORDS = words();

    /** Keywords up to C23 and of GNU C, and the macros of {@code stdbool.h}. */
    private static final Set<String> KEYWORDS = words("KEYWORDS");

    /**
     * Names with two leading underscores that clang or {@code linux/bpf.h}, {@code linux/types.h} and {@code bpf/bpf_helpers.h} have
     * taken. C reserves all other such names too, but many BPF programs have maps and fields with them, and clang accepts them.
     */
    private static final Pattern TAKEN =
            Pattern.compile("_[A-Z].*|__[A-Z_].*|__(arg_|atomic_|builtin_|clang|has_|kernel_|sync_).*" + "|__("
                    + String.join("|", words("TAKEN")) + ")");

    /** Other macros of the headers that generated headers include. */
    private static final Set<String> MACROS = words("MACROS");

    /**
     * Constants and macros of {@code linux/bpf.h}, {@code bpf/bpf_helpers.h} and {@code linux/in6.h}. Newer versions of these headers have
     * more that begin with {@code BPF_}, {@code IPPROTO_} and {@code IPV6_}.
     */
    private static final Pattern CONSTANTS = Pattern.compile("(BPF|IPPROTO|IPV6)_[A-Z0-9_]+"
            + "|BTF_F_[A-Z_]+|MAX_BPF_[A-Z_]+|TCP_BPF_[A-Z_]+|LIBBPF_PIN_(BY_NAME|NONE)|SK_(DROP|PASS|BPF_[A-Z_]+)|TCX_(DROP|NEXT|PASS|REDIRECT)|TRI_(MODULE|NO|YES)"
            + "|XDP_(ABORTED|DROP|PACKET_HEADROOM|PASS|REDIRECT|TX)");

    /**
     * The result of compiling every name in libc, libm and clang's own list of functions with clang 14, 16 and 19 and {@code -target
     * bpf}.
     */
    private static final Set<String> LIBRARY_FUNCTIONS = words("LIBRARY_FUNCTIONS");

    /** The tags of {@code linux/bpf.h}: all of Linux 6.1, and some of newer versions. */
    private static final Set<String> TAGS_OF_BPF_HEADER = words("TAGS_OF_BPF_HEADER");

    /** The helpers of {@code bpf/bpf_helper_defs.h} (libbpf 1.1), without {@code bpf_}. The kernel gets no more of them. */
    private static final Set<String> HELPERS = words("HELPERS");

    /** Structs of addresses in headers for user space, which the kernel never changes, with their sizes in bytes. */
    private static final Map<String, Integer> ADDRESSES_IN = Map.of(
            "in_addr", 4, "in_pktinfo", 12, "ip_mreq", 8, "ip_mreq_source", 12, "ip_mreqn", 12, "sockaddr_in", 16);

    private static final Map<String, Integer> ADDRESSES_IN6 =
            Map.of("in6_addr", 16, "in6_flowlabel_req", 32, "ipv6_mreq", 20, "sockaddr_in6", 28);

    private ReservedNames() {}

    /**
     * Whether an identifier is a keyword, a macro of an included header, or one with leading underscores that clang or an included header has
     * taken or may take.
     */
    public static boolean isReserved(String identifier) {
        return isKeyword(identifier)
                || MACROS.contains(identifier)
                || TAKEN.matcher(identifier).matches();
    }

    /** Whether this is the name of a constant in an included header. Maps and enumerators can't have such a name. Tags and fields can. */
    public static boolean isConstant(String identifier) {
        return CONSTANTS.matcher(identifier).matches();
    }

    /** Whether C has this word as a keyword. */
    public static boolean isKeyword(String identifier) {
        return KEYWORDS.contains(identifier);
    }

    /**
     * Whether clang declares an identifier as a function of the C library without any header: {@code log}, {@code index}, {@code
     * round}. A map can't have such a name ("redefinition as different kind of symbol"). Tags, fields and enumerators can.
     */
    public static boolean isLibraryFunction(String identifier) {
        return LIBRARY_FUNCTIONS.contains(identifier);
    }

    /** Whether {@code bpf/bpf_helpers.h} declares a function with this name. Maps, variables, enumerators and helpers can't have it. */
    public static boolean isFunctionOfBpfHeader(String identifier) {
        return identifier.startsWith("bpf_") && HELPERS.contains(identifier.substring("bpf_".length()));
    }

    /** Whether {@code linux/bpf.h} defines a type with this tag. Every generated header of maps includes it, so none can define it again. */
    public static boolean isTagOfBpfHeader(String tag) {
        return TAGS_OF_BPF_HEADER.contains(tag);
    }

    /**
     * The header for user space that a record names to use its type with this tag; empty if the tag or a type of this size is in none of the
     * headers that generated headers may include.
     *
     * @param size in bytes
     */
    public static Optional<String> header(String tag, long size) {
        if (isTagOfBpfHeader(tag)) {
            return Optional.of("linux/bpf.h");
        }
        if (ADDRESSES_IN.getOrDefault(tag, 0) == size && size > 0) {
            return Optional.of("linux/in.h");
        }
        return ADDRESSES_IN6.getOrDefault(tag, 0) == size && size > 0 ? Optional.of("linux/in6.h") : Optional.empty();
    }

    /** Whether a header for user space that generated headers may include, or the {@code vmlinux.h} of every kernel, has a type with this tag. */
    public static boolean isTagOfKernel(String tag) {
        return isTagOfBpfHeader(tag) || ADDRESSES_IN.containsKey(tag) || ADDRESSES_IN6.containsKey(tag);
    }

    private static Set<String> words(String name) {
        return Objects.requireNonNull(WORDS.get(name), name);
    }

    private static Map<String, Set<String>> words() {
        return ROW.matcher(TextFile.read(ReservedNames.class.getResourceAsStream("reserved-names.txt")))
                .results()
                .collect(Collectors.toUnmodifiableMap(
                        row -> row.group(1), row -> Set.of(row.group(2).strip().split("\\s+", -1))));
    }
}
