/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.maptypes.Tries.Bits;
import dev.nestmap.tests.maptypes.Tries.Blocked;
import dev.nestmap.tests.maptypes.Tries.Name;
import dev.nestmap.tests.maptypes.Tries.Route;
import dev.nestmap.tests.maptypes.Tries.Route6;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.types.Ipv4Prefix;
import dev.nestmap.types.Ipv6Prefix;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A trie finds the longest prefix, in the kernel as in the heap. */
@KernelTest
@Tag("jdk-independent")
class KernelTriesTest extends TriesContract {
    @Override
    TriesBpf open() {
        return TriesBpf.load(BpfObjects.of("tries"));
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
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

    /** Random operations give the same results in the kernel and in memory, and leave the same entries in the same order. */
    @Test
    void heapTriesBehaveLikeKernelTries() {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        try (TriesBpf heap = TriesBpf.inMemory()) {
            for (int step = 0; step < 5_000; step++) {
                Bits bits = bits(random.nextInt(67), random.nextInt(4) << 6, random.nextInt(8) << 5, random.nextInt(3));
                int action = random.nextInt(7);
                assertThat(outcome(bpf, action, bits))
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(outcome(heap, action, bits));
            }
            assertThat(names(bpf)).as("seed %d", seed).isEqualTo(names(heap)).hasSizeGreaterThan(20);
        }
    }

    private static String outcome(TriesBpf tries, int action, Bits bits) {
        Name entry = new Name(bits, bits.hashCode() & 0xffffL);
        try {
            return switch (action) {
                case 0 -> String.valueOf(tries.name().get(bits));
                case 1 -> String.valueOf(tries.name().remove(bits));
                case 2 -> String.valueOf(tries.name().contains(bits));
                case 3 -> String.valueOf(tries.name().putIfAbsent(entry));
                case 4 -> String.valueOf(tries.name().replace(entry));
                default -> {
                    tries.name().put(entry);
                    yield "written";
                }
            };
        } catch (dev.nestmap.runtime.error.BpfException e) {
            return "errno " + e.errnoNumber();
        }
    }
}
