/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.value.OutputField;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The columns of the table stay aligned. */
class RateTableTest {
    private final RateTable table = new RateTable(true);

    @Test
    void namesAreAboveTheirColumns() {
        assertThat(table.lines(
                        "packets",
                        List.of(
                                rate("443", 3730, 1_097_889, "10.0.4.11", "tcp"),
                                rate("53", 2.5, -1, "10.0.4.7", "udp"))))
                .containsExactly(
                        "packets/s                     packets  outer  saddr      protocol",
                        "    3,730                   1,097,889  443    10.0.4.11  tcp",
                        "      2.5  18,446,744,073,709,551,615  53     10.0.4.7   udp");
    }

    @Test
    void columnsDoNotShrink() {
        String header = table.lines("packets", List.of(rate("443", 1_000_000_000, 7, "10.100.100.100", "tcp")))
                .get(0);

        assertThat(table.lines("packets", List.of())).containsExactly(header);
        assertThat(table.lines("packets", List.of(rate("1", 1, 7, "10.0.0.1", "tcp"))))
                .first()
                .isEqualTo(header);
    }

    @Test
    void entriesWithDifferentFieldsHaveNamesInEachLine() {
        RateSampler.Rate other = new RateSampler.Rate("1", List.of(new OutputField("id", "7")), 5, 9);

        assertThat(table.lines("hits", List.of(rate("1", 5, 9, "10.0.0.1", "tcp"), other)))
                .containsExactly(
                        "hits/s  hits  outer  key",
                        "   5.0     9  1      saddr=10.0.0.1 protocol=tcp",
                        "   5.0     9  1      id=7");
    }

    private static RateSampler.Rate rate(String outer, double perSecond, long total, String source, String protocol) {
        return new RateSampler.Rate(
                outer,
                List.of(new OutputField("saddr", source), new OutputField("protocol", protocol)),
                perSecond,
                total);
    }
}
