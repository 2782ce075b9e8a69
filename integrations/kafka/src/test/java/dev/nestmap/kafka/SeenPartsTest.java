/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Parts that came before are recognized, and missing ones named. */
class SeenPartsTest {
    private static final UUID SERIES = new UUID(1, 2);
    private static final UUID BOOT = new UUID(3, 4);

    private final SeenParts seen = new SeenParts();

    private static PartPosition at(long number) {
        return new PartPosition("nestmap.node-1.tenant", SERIES, number);
    }

    private boolean add(long number, long second) {
        MapIdentity map =
                new MapIdentity("node-1", BOOT, 5, Instant.ofEpochSecond(second), "tenant", ByteString.of(new byte[0]));
        return seen.add(new Part<>(map, 1L, Map.of(), at(number), 1, 1, false, 0, List.of()));
    }

    @Test
    void namesMissingParts() {
        assertThat(add(2, 20)).isTrue();
        assertThat(add(5, 50)).isTrue();
        assertThat(add(2, 20)).isFalse();

        assertThat(seen.gaps())
                .containsExactly(
                        new SeenParts.Gap("nestmap.node-1.tenant", SERIES, 1, 1),
                        new SeenParts.Gap("nestmap.node-1.tenant", SERIES, 3, 4));
        assertThat(seen.gaps().get(1))
                .hasToString("parts 3 to 4 of nestmap.node-1.tenant, series " + SERIES + ", are missing");
        seen.addUpTo(at(4));
        assertThat(seen.gaps()).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> add(0, 60));
    }

    @Test
    void storedPartsThatComeAgainAreSeen() {
        seen.addUpTo(at(17));

        assertThat(add(17, 17)).isFalse();
        assertThat(add(18, 18)).isTrue();
        assertThat(add(10, 100)).isFalse();
        assertThat(seen.gaps()).isEmpty();
    }

    /** A consumer that runs for years does not keep the machines that are gone. */
    @Test
    void forgetsSeriesWithoutNewParts() {
        PartPosition gone = new PartPosition("nestmap.gone.tenant", SERIES, 3);
        seen.addUpTo(gone);
        add(1, 10);
        assertThat(seen.removeSilent()).isEmpty();
        add(3, 30);

        assertThat(seen.removeSilent()).containsExactly(gone);
        assertThat(seen.gaps()).hasSize(1);
        assertThat(seen.removeSilent()).containsExactly(at(3));
        assertThat(seen.gaps()).isEmpty();

        seen.addUpTo(gone);
        assertThat(seen.add(new Part<>(
                        MapIdentity.parse("gone/" + BOOT + "/5/2026-11-21T10:15:30Z"),
                        1L,
                        Map.of(),
                        gone.plus(1),
                        1,
                        1,
                        false,
                        0,
                        List.of())))
                .isTrue();
        assertThat(seen.gaps()).isEmpty();
    }

    /** Compares with a set, in a random order with repetitions. */
    @Test
    void agreesWithASet() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<Long> expected = new HashSet<>();
        NumberRanges ranges = new NumberRanges();
        for (int i = 0; i < 20_000; i++) {
            long number = 1L + random.nextInt(1500);
            if (random.nextInt(5000) == 0) {
                ranges.addUpTo(number);
                for (long each = 1; each <= number; each++) {
                    expected.add(each);
                }
            } else {
                assertThat(ranges.add(number)).as("seed %s", seed).isEqualTo(expected.add(number));
            }
            assertThat(ranges.missing())
                    .as("seed %s", seed)
                    .isEqualTo(expected.stream().mapToLong(it -> it).max().orElse(0) - expected.size());
        }
    }

    /** Somebody who invents numbers fills no memory, and the numbers still count as missing. */
    @Test
    void keepsAtMostAThousandRanges() {
        NumberRanges ranges = new NumberRanges();
        for (long number = 1; number < 200_000; number += 2) {
            assertThat(ranges.add(number)).isTrue();
        }
        int[] gaps = {0};
        ranges.forEachGap((first, last) -> gaps[0]++);

        assertThat(gaps[0]).isEqualTo(1000); // the first stands for those that are closed
        long[] first = {0, 0};
        ranges.forEachGap((from, to) -> {
            if (first[0] == 0) {
                first[0] = from;
                first[1] = to;
            }
        });
        assertThat(first).containsExactly(2, 198_000);
        assertThat(ranges.missing()).isEqualTo(99_999);
        assertThat(ranges.add(Long.MAX_VALUE)).isTrue();
        assertThat(ranges.missing()).isPositive();
    }
}
