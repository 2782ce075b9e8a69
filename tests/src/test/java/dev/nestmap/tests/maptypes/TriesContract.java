/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nestmap.runtime.BatchException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.tests.maptypes.Tries.Bits;
import dev.nestmap.tests.maptypes.Tries.Blocked;
import dev.nestmap.tests.maptypes.Tries.Name;
import dev.nestmap.tests.maptypes.Tries.Route;
import dev.nestmap.tests.maptypes.Tries.Route6;
import dev.nestmap.tests.toolchain.ObjectContract;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Ipv4Prefix;
import dev.nestmap.types.Ipv6Prefix;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Accessors of LPM tries find the longest prefix, both in the kernel and in memory. */
abstract class TriesContract extends ObjectContract<TriesBpf> {
    static final Ipv4Prefix TEN = Ipv4Prefix.parse("10.0.0.0/8");
    static final Ipv4Prefix TEN_ONE = Ipv4Prefix.parse("10.1.0.0/16");
    static final Ipv4Prefix HOST = Ipv4Prefix.parse("10.1.2.3/32");

    @Test
    void findsTheLongestPrefix() {
        TriesBpf.RouteMap routes = bpf.routesBy().create(1);
        routes.put(new Route(TEN, 1, 0));
        routes.put(new Route(TEN_ONE, 2, 0));

        assertThat(routes.get(HOST)).isEqualTo(new Route(HOST, 2, 0));
        assertThat(bpf.routesBy().get(1, Ipv4Prefix.parse("10.2.0.0/32")))
                .extracting(Route::via)
                .isEqualTo(1L);
        assertThat(routes.contains(Ipv4Prefix.parse("11.0.0.0/32"))).isFalse();
        assertThat(routes.get(Ipv4Prefix.parse("0.0.0.0/0"))).isNull();
        routes.put(new Route(Ipv4Prefix.parse("0.0.0.0/0"), 3, 0));
        assertThat(routes.get(Ipv4Prefix.parse("11.0.0.0/32")))
                .extracting(Route::via)
                .isEqualTo(3L);
    }

    @Test
    void removesOnlyTheExactPrefix() {
        TriesBpf.RouteMap routes = bpf.routesAt().create(1);
        routes.put(new Route(TEN, 1, 0));
        routes.put(new Route(TEN_ONE, 2, 0));

        assertThat(routes.remove(HOST)).isFalse();
        assertThat(routes.remove(TEN_ONE)).isTrue();
        assertThat(routes.get(HOST)).extracting(Route::via).isEqualTo(1L);
    }

    @Test
    void iteratesLongerPrefixesFirst() {
        bpf.route6().put(new Route6(Ipv6Prefix.parse("2001:db8::/32"), 1));
        bpf.route6().put(new Route6(Ipv6Prefix.parse("2001:db8:1::/48"), 2));
        bpf.route6().put(new Route6(Ipv6Prefix.parse("fe80::/10"), 3));
        bpf.route6()
                .put(new Route6(
                        Ipv6Prefix.parse("fe80::/64"), 4)); // not the first, because the other half has smaller keys

        assertThat(bpf.route6())
                .containsExactly(
                        new Route6(Ipv6Prefix.parse("2001:db8:1::/48"), 2),
                        new Route6(Ipv6Prefix.parse("2001:db8::/32"), 1),
                        new Route6(Ipv6Prefix.parse("fe80::/64"), 4),
                        new Route6(Ipv6Prefix.parse("fe80::/10"), 3));
        assertThat(bpf.route6().count()).isEqualTo(4);
        bpf.route6().clear();
        assertThat(bpf.route6()).isEmpty();
    }

    @Test
    void writesAndRemovesManyAtOnce() {
        bpf.blocked().putAll(List.of(new Blocked(TEN), new Blocked(TEN_ONE), new Blocked(HOST)));

        assertThat(bpf.blocked().count()).isEqualTo(3);
        assertThat(bpf.blocked().removeAll(List.of(TEN_ONE, TEN_ONE, HOST))).containsExactly(TEN_ONE, HOST);
        assertThat(bpf.blocked()).containsExactly(new Blocked(TEN));
    }

    @Test
    void becomesEqualToACollection() {
        bpf.blocked().putAll(List.of(new Blocked(TEN), new Blocked(TEN_ONE)));

        bpf.blocked().replaceAll(List.of(new Blocked(TEN_ONE), new Blocked(HOST), new Blocked(HOST)));
        assertThat(bpf.blocked()).containsExactlyInAnyOrder(new Blocked(TEN_ONE), new Blocked(HOST));

        bpf.blocked().replaceAll(List.of());
        assertThat(bpf.blocked().isEmpty()).isTrue();
    }

    @Test
    void reportsWhichPrefixesAreTooLong() {
        BatchException some = catchThrowableOfType(
                BatchException.class,
                () -> bpf.name()
                        .putAll(List.of(new Name(bits(12, 1), 1), new Name(bits(65), 2), new Name(bits(8, 2), 3))));

        assertThat(some.failedKeys(Object.class)).containsExactlyInAnyOrder(bits(65));
        assertThat(some).hasMessageContaining("prefix length exceeds");
        assertThat(bpf.name().count()).isEqualTo(2);
    }

    @Test
    void addsOrReplacesAPrefix() {
        assertThat(bpf.blocked().replace(new Blocked(TEN))).isFalse();
        assertThat(bpf.blocked().putIfAbsent(new Blocked(TEN))).isTrue();
        assertThat(bpf.blocked().putIfAbsent(new Blocked(TEN))).isFalse();
        assertThat(bpf.blocked().replace(new Blocked(TEN_ONE))).isFalse();
        assertThat(bpf.blocked().contains(HOST)).isTrue();
    }

    @Test
    void reportsAFullMap() {
        for (int i = 0; i < 8; i++) {
            bpf.blocked().put(new Blocked(Ipv4Prefix.parse(i + ".0.0.0/8")));
        }

        assertBpfException(() -> bpf.blocked().put(new Blocked(HOST)), "the map is full (max_entries is 8)")
                .hasErrno(Errno.ENOSPC);
    }

    @Test
    void acceptsPrefixesUpToTheLengthOfTheKey() {
        bpf.name().put(new Name(bits(12, 0xab, 0xc0), 1));
        bpf.name().put(new Name(bits(12, 0xab, 0xcf), 2));

        assertThat(bpf.name().get(bits(40, 0xab, 0xc1))).extracting(Name::owner).isEqualTo(2L);
        assertThat(bpf.name()).containsExactly(new Name(bits(12, 0xab, 0xcf), 2));
        assertThat(bpf.name().get(bits(65, 0xab, 0xc1))).isNull();
        assertBpfException(() -> bpf.name().put(new Name(bits(65), 1)), "prefix length exceeds")
                .hasErrno(Errno.EINVAL);
    }

    @Test
    void rotatesLikeOtherMaps() {
        bpf.routesBy().create(1).put(new Route(TEN, 1, 5));

        DrainedMap.drain(bpf.routesBy().rotate(1), drained -> {
            assertThat(drained).containsExactly(new Route(TEN, 1, 5));
            assertThat(bpf.routesBy().get(1, HOST)).isNull();
        });
    }

    static Bits bits(long length, int... bytes) {
        byte[] all = new byte[5];
        for (int i = 0; i < bytes.length; i++) {
            all[i] = (byte) bytes[i];
        }
        return new Bits(length, ByteString.of(all));
    }
}
