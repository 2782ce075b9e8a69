/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The structs of the Java types for addresses and prefixes. They are the same in every schema. */
public final class AddressStructTypes {
    private static final UnionType IN6_U = UnionType.of(
            "",
            List.of(
                    new StructType.Member("u6_addr8", new ArrayType(Scalar.U8, 16)),
                    new StructType.Member("u6_addr16", new ArrayType(Scalar.BE16, 8)),
                    new StructType.Member("u6_addr32", new ArrayType(Scalar.BE32, 4))),
            StructAttributes.NATURAL);

    /** An IPv6 address as {@code linux/in6.h} defines it. */
    public static final StructType IN6_ADDR = StructType.of("in6_addr", List.of(new StructType.Member("in6_u", IN6_U)));

    /** The key of an LPM trie over IPv4 addresses: the number of significant bits, then the bits. */
    public static final StructType IPV4_PREFIX = prefix("ipv4_prefix", Scalar.BE32);

    /** The key of an LPM trie over IPv6 addresses. */
    public static final StructType IPV6_PREFIX = prefix("ipv6_prefix", IN6_ADDR);

    private static final Set<NamedType> DEFINED_BY_EACH = Set.of(IPV4_PREFIX, IPV6_PREFIX);

    private AddressStructTypes() {}

    /** Whether a type is one of these structs. */
    public static boolean contains(NamedType type) {
        return isDefinedByEach(type) || kernelHeader(type).isPresent();
    }

    /** The kernel header that defines a type; empty if none does. */
    public static Optional<String> kernelHeader(NamedType type) {
        return type.equals(IN6_ADDR) ? Optional.of("linux/in6.h") : Optional.empty();
    }

    /**
     * Whether every generated header that uses this type defines it. The definition needs a guard, because a program can include several
     * such headers.
     */
    public static boolean isDefinedByEach(NamedType type) {
        return DEFINED_BY_EACH.contains(type);
    }

    private static StructType prefix(String name, CType address) {
        return StructType.of(
                name, List.of(new StructType.Member("prefixlen", Scalar.U32), new StructType.Member("addr", address)));
    }
}
