/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import dev.nestmap.types.ByteString;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Java value types in memory. Every method that writes is told the component's name, for the {@link
 * IllegalArgumentException} that it throws when a value has no form in C.
 */
public final class WireValues {
    private WireValues() {}

    /** An IPv4 address as {@code __be32}: its four bytes in the order in which they are written, 127 first in 127.0.0.1. */
    public static void putInet4(ByteBuffer to, int at, @Nullable Inet4Address address, String component) {
        if (address == null) {
            throw new IllegalArgumentException(component + " is null; an address is needed, 0.0.0.0 stands for none");
        }
        to.put(at, address.getAddress());
    }

    /** An IPv4 address. */
    public static Inet4Address getInet4(ByteBuffer from, int at) {
        byte[] address = new byte[Integer.BYTES];
        from.get(at, address);
        try {
            return (Inet4Address) InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are always an IPv4 address", e);
        }
    }

    /** {@code __u8[size]}, with all its bytes. */
    public static void putByteString(ByteBuffer to, int at, @Nullable ByteString value, int size, String component) {
        ByteString present = Wire.present(value, component);
        if (present.size() != size) {
            throw new IllegalArgumentException(
                    component + " has " + present.size() + " bytes, and " + size + " in C (its @Size)");
        }
        present.copyTo(to, at);
    }

    /** {@code __u8[size]}. */
    public static ByteString getByteString(ByteBuffer from, int at, int size) {
        return ByteString.of(from, at, size);
    }
}
