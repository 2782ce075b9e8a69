/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.tests.types.NetworkTypes.Host;
import dev.nestmap.tests.types.NetworkTypes.Policy;
import dev.nestmap.tests.types.NetworkTypes.Route6;
import dev.nestmap.types.Ipv4Prefix;
import dev.nestmap.types.Ipv6Prefix;
import dev.nestmap.types.MacAddress;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java writes and reads addresses and prefixes as C sees them. */
class NetworkTypesTest {
    private static final Inet6Address MAPPED = ipv6(0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201);
    private static final Inet6Address GLOBAL = ipv6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
    private static final Host HOST = new Host(
            MacAddress.parse("02:00:5e:10:00:ff"), ipv4("192.0.2.1"), GLOBAL, new Inet6Address[] {MAPPED, GLOBAL});
    private static final Policy POLICY =
            new Policy(Ipv6Prefix.parse("2001:db8::/32"), Ipv4Prefix.parse("10.0.0.0/8"), 443);

    @TempDir
    Path directory;

    @Test
    void addressesHaveTheBytesOfC() {
        HeaderCompiler c = new HeaderCompiler(directory);

        assertThat(CodecBytes.ofKey(NetworkTypesBpf.HostMap.CODEC, HOST))
                .isEqualTo(c.bytes("network_types", "__u8 expected[6]", "{ 2, 0, 0x5e, 0x10, 0, 255 }"));
        assertThat(CodecBytes.ofValue(NetworkTypesBpf.HostMap.CODEC, HOST))
                .isEqualTo(c.bytes("network_types", "struct host expected", """
                        {
                        	.ipv4 = __builtin_bswap32(0xc0000201),
                        	.ipv6 = { .in6_u = { .u6_addr8 = { 0x20, 1, 0x0d, 0xb8, [15] = 1 } } },
                        	.further = {
                        		{ .in6_u = { .u6_addr8 = { [10] = 255, 255, 192, 0, 2, 1 } } },
                        		{ .in6_u = { .u6_addr8 = { 0x20, 1, 0x0d, 0xb8, [15] = 1 } } },
                        	},
                        }"""));
    }

    @Test
    void prefixesHaveTheBytesOfC() {
        HeaderCompiler c = new HeaderCompiler(directory);

        assertThat(CodecBytes.ofKey(NetworkTypesBpf.Route6Map.CODEC, new Route6(POLICY, GLOBAL)))
                .isEqualTo(c.bytes("network_types", "struct policy expected", """
                        {
                        	.source = { 32, { .in6_u = { .u6_addr8 = { 0x20, 1, 0x0d, 0xb8 } } } },
                        	.mapped = { 8, __builtin_bswap32(0x0a000000) },
                        	.port = 443,
                        }"""));
    }

    private static Inet6Address ipv6(int... groups) {
        byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[2 * i] = (byte) (groups[i] >> 8);
            bytes[2 * i + 1] = (byte) groups[i];
        }
        try {
            return Inet6Address.getByAddress(null, bytes, -1);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Inet4Address ipv4(String text) {
        try {
            return (Inet4Address) InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
