/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Durations are readable. */
class NumberTextTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 ns",
        "999, 999 ns",
        "1500, 1.5 µs",
        "450000, 450 µs",
        "3200000000, 3.2 s",
        "61000000000, 1 min 1 s",
        "3661000000000, 1 h 1 min",
        "90061000000000, 1 d 1 h"
    })
    void durationsHaveTheirLargestUnit(long nanos, String text) {
        assertThat(NumberText.duration(nanos)).isEqualTo(text);
    }
}
