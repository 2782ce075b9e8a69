/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MAC addresses and prefixes compare by their bytes, and are parsed as they are printed. */
class AddressValuesTest {
    @Test
    void macAddressesCompareByTheirBytes() {
        MacAddress address = MacAddress.parse("02-00-5E-10-00-FF");

        assertThat(address).isEqualTo(MacAddress.of(address.toBytes())).hasToString("02:00:5e:10:00:ff");
        assertThat(address).hasSameHashCodeAs(MacAddress.parse("02:00:5e:10:00:ff"));
        assertThat(address).isGreaterThan(MacAddress.parse("02:00:5e:10:00:7f"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "02:00:5e:10:00", "02:00:5e:10:00:ff:00", "02:00-5e:10:00:ff", "0200.5e10.00ff", "host"})
    void rejectsInvalidMacAddresses(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MacAddress.parse(text))
                .withMessage("\"" + text + "\" is not a MAC address such as \"02:00:5e:10:00:ff\"");
    }

    @Test
    void prefixesParseAndPrintTheirText() throws UnknownHostException {
        for (String text : new String[] {"0.0.0.0/0", "10.0.0.0/8", "10.128.0.0/9", "192.0.2.1/32"}) {
            assertThat(Ipv4Prefix.parse(text)).hasToString(text);
        }
        assertThat(Ipv6Prefix.parse("2001:db8::/32")).hasToString("2001:db8:0:0:0:0:0:0/32");
        Inet6Address scoped =
                Inet6Address.getByAddress(null, IpAddresses.ipv6("fe80::1").getAddress(), 2);
        assertThat(new Ipv6Prefix(scoped, 128)).hasToString("fe80:0:0:0:0:0:0:1/128");
        assertThat(Ipv6Prefix.parse("::ffff:192.0.2.0/120")).isEqualTo(Ipv6Prefix.parse("::ffff:c000:0200/120"));
        assertThat(Ipv6Prefix.parse("::/0").address().getAddress()).hasSize(16);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0",
                "10.0.0.0/",
                "10.0.0.0/x",
                "10.0.0.0/33",
                "10.0.0.1/8",
                "10.0.0.0/-1",
                "10/8",
                "::/0",
                "a.b/8"
            })
    void refusesInvalidIpv4Prefixes(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Ipv4Prefix.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "::/129", "2001:db8::1/32", "10.0.0.0/8", "cafe/8", ":::/8", "g::/8"})
    void refusesInvalidIpv6Prefixes(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Ipv6Prefix.parse(text));
    }

    @Test
    void explainsHowToClearHostBits() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ipv4Prefix.parse("10.1.0.0/15"))
                .withMessage("10.1.0.0/15 has bits set after the first 15;"
                        + " containing(address, 15) returns the prefix without them");
    }

    @Test
    void aPrefixContainsTheAddressesThatBeginWithIt() {
        Ipv4Prefix prefix = Ipv4Prefix.parse("10.128.0.0/9");

        assertThat(prefix.contains(Ipv4Prefix.parse("10.255.1.2/32").address())).isTrue();
        assertThat(prefix.contains(Ipv4Prefix.parse("10.127.255.255/32").address()))
                .isFalse();
        assertThat(Ipv4Prefix.containing(Ipv4Prefix.parse("10.255.1.2/32").address(), 9))
                .isEqualTo(prefix);
        assertThat(Ipv6Prefix.parse("2001:db8::/32")
                        .contains(Ipv6Prefix.parse("2001:db8::1/128").address()))
                .isTrue();
    }
}
