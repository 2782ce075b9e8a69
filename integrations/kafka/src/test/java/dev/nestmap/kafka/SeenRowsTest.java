/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Rows that came before are recognized, and missing ones named. */
class SeenRowsTest {
    private static final UUID SERIES = new UUID(1, 2);

    private final SeenRows seen = new SeenRows();

    private static RowPosition at(long number) {
        return new RowPosition(SERIES, number);
    }

    private boolean add(long number) {
        return seen.add(at(number));
    }

    @Test
    void namesMissingRows() {
        assertThat(add(2)).isTrue();
        assertThat(add(5)).isTrue();
        assertThat(add(2)).isFalse();

        assertThat(seen.gaps()).containsExactly(new SeenRows.Gap(SERIES, 1, 1), new SeenRows.Gap(SERIES, 3, 4));
        assertThat(seen.gaps().get(1)).hasToString("rows 3 to 4 of series " + SERIES + " are missing");
        seen.addUpTo(at(4));
        assertThat(seen.gaps()).isEmpty();
    }

    @Test
    void numbersBeginWithOne() {
        assertThatIllegalArgumentException().isThrownBy(() -> at(0));
    }

    @Test
    void storedRowsThatComeAgainAreSeen() {
        seen.addUpTo(at(17));

        assertThat(add(17)).isFalse();
        assertThat(add(18)).isTrue();
        assertThat(add(10)).isFalse();
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
        List<List<Long>> gaps = new ArrayList<>();
        ranges.forEachGap((first, last) -> gaps.add(List.of(first, last)));

        assertThat(gaps).hasSize(1000);
        assertThat(gaps.get(0)).as("for all that are closed").containsExactly(2L, 198_000L);
        assertThat(ranges.missing()).isEqualTo(99_999);
        assertThat(ranges.add(Long.MAX_VALUE)).isTrue();
        assertThat(ranges.missing()).isPositive();
    }
}
