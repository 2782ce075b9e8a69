/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.maptypes.Tries.Blocked;
import dev.nestmap.tests.maptypes.Tries.Name;
import dev.nestmap.tests.maptypes.Tries.Route;
import dev.nestmap.tests.maptypes.Tries.Route6;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.types.Ipv4Prefix;
import dev.nestmap.types.Ipv6Prefix;

/** A trie finds the longest prefix, in the kernel as in the heap. */
@KernelTest
class KernelTriesTest extends TriesContract {
    @Override
    protected TriesBpf open() {
        return TriesBpf.load(BpfObjects.of("tries"));
    }

    @InstalledClang.Each
    void programsFindTheLongestPrefix(InstalledClang clang) {
        try (TriesBpf tries = TriesBpf.load(BpfObjects.of("tries", clang))) {
            tries.routesBy().create(1).put(new Route(TEN, 1, 0));
            tries.routesAt().create(2).put(new Route(TEN_ONE, 2, 0));
            tries.blocked().put(new Blocked(TEN));
            tries.route6().put(new Route6(Ipv6Prefix.parse("fe80::/10"), 7));
            tries.name().put(new Name(bits(4, 0xa0), 9));

            assertThat(tries.program("find").testRun(new byte[64]).returnValue())
                    .isZero();

            assertThat(tries.routesBy().getOrCreate(1)).containsExactly(new Route(TEN, 1, 1));
            assertThat(tries.routesAt().getOrCreate(2))
                    .containsExactlyInAnyOrder(new Route(TEN_ONE, 2, 1), new Route(HOST, 3, 0));
            assertThat(tries.blocked()).containsExactly(new Blocked(Ipv4Prefix.parse("10.0.0.0/9")));
        }
    }
}
