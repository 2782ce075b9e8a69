/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every table of random backends is fair, and hardly changes when one backend comes or goes. {@code -Dnestmap.seed=N} repeats a run. */
class MaglevTest {
    private static final int SIZE = LoadBalancer.PLACES;
    private static final int RUNS = 500;

    private final long seed = Long.getLong("nestmap.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** With a weight of 1 for all, two backends differ by one place at most. */
    @Test
    void everyBackendHasPlacesInProportionToItsWeight() {
        for (int run = 0; run < RUNS; run++) {
            Map<Inet4Address, Integer> weights = weights(1 + random.nextInt(50), 1 + random.nextInt(5));

            Map<Inet4Address, Integer> counts = counts(Maglev.table(weights, SIZE));

            int turns =
                    SIZE / weights.values().stream().mapToInt(Integer::intValue).sum();
            weights.forEach((backend, weight) -> assertThat(counts.getOrDefault(backend, 0))
                    .as("seed %d: %s of %s", seed, backend, weights)
                    .isBetween(turns * weight, (turns + 1) * weight));
        }
    }

    @Test
    void theOrderOfTheBackendsDoesNotMatter() {
        Map<Inet4Address, Integer> weights = weights(20, 3);
        List<Inet4Address> shuffled = new ArrayList<>(weights.keySet());
        Collections.shuffle(shuffled, random);
        Map<Inet4Address, Integer> other = new LinkedHashMap<>();
        shuffled.forEach(backend -> other.put(backend, weights.get(backend)));

        assertThat(Maglev.table(other, SIZE)).as("seed %d", seed).isEqualTo(Maglev.table(weights, SIZE));
    }

    /** The places of a removed backend must move. On average, 1.5 % of the places move without need (measured). */
    @Test
    void theOthersKeepNearlyAllOfTheirPlaces() {
        long moved = 0;
        for (int run = 0; run < RUNS; run++) {
            Map<Inet4Address, Integer> weights = weights(2 + random.nextInt(9), 1);
            Inet4Address removed = weights.keySet().iterator().next();
            Inet4Address[] before = Maglev.table(weights, SIZE);
            weights.remove(removed);
            Inet4Address[] after = Maglev.table(weights, SIZE);

            assertThat(after).doesNotContain(removed);
            for (int place = 0; place < SIZE; place++) {
                moved += before[place].equals(removed) || before[place].equals(after[place]) ? 0 : 1;
            }
        }
        assertThat((double) moved / RUNS / SIZE).as("seed %d", seed).isLessThan(0.03);
    }

    @Test
    void aWeightMustBePositive() {
        Map<Inet4Address, Integer> weights = weights(1, 1);
        weights.replaceAll((backend, weight) -> 0);

        assertThatThrownBy(() -> Maglev.table(weights, SIZE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weights of 1 or more, not {"
                        + weights.keySet().iterator().next() + "=0}");
        assertThatThrownBy(() -> Maglev.table(Map.of(), SIZE)).hasMessageContaining("not {}");
    }

    private Map<Inet4Address, Integer> weights(int backends, int most) {
        Map<Inet4Address, Integer> weights = new LinkedHashMap<>();
        while (weights.size() < backends) {
            weights.put(address(random.nextInt()), 1 + random.nextInt(most));
        }
        return weights;
    }

    private static Map<Inet4Address, Integer> counts(Inet4Address[] table) {
        Map<Inet4Address, Integer> counts = new LinkedHashMap<>();
        for (Inet4Address backend : table) {
            counts.merge(backend, 1, Integer::sum);
        }
        return counts;
    }

    private static Inet4Address address(int number) {
        try {
            return (Inet4Address) InetAddress.getByAddress(
                    ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
