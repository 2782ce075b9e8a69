/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** IPv4 addresses from their numbers in C. */
final class Ipv4Addresses {
    static final Inet4Address LOCALHOST = of(0x7f000001);

    private Ipv4Addresses() {}

    static Inet4Address of(int bits) {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(bits).array();
        try {
            return (Inet4Address) InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
