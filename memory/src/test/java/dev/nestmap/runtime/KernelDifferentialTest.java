/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.testing.KernelTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random operations, odd ones included, have the same outcomes in the kernel and in memory, down to messages. */
@KernelTest
class KernelDifferentialTest {
    private static final int STEPS = 150;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void hashes(long seed) {
        compare(seed, World::ofTenants);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void arrays(long seed) {
        compare(seed, World::ofShards);
    }

    private static void compare(long seed, Function<Network, World<?>> worlds) {
        Random random = new Random(seed);
        List<String> history = new ArrayList<>();
        try (World<?> kernel = worlds.apply(Network.of(new KernelMapFactory()));
                World<?> memory = worlds.apply(Network.inMemory())) {
            for (int i = 0; i < STEPS; i++) {
                long step = random.nextLong();
                String expected = kernel.step(step);
                assertThat(memory.step(step))
                        .as("seed %d, after%n%s%nin memory", seed, String.join("\n", history))
                        .isEqualTo(expected);
                history.add(expected);
            }
        }
    }
}
