/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The name that somebody meant is proposed. */
class NearestNameFinderTest {
    @Test
    void theNameInCIsMeantByTheNameInJava() {
        assertThat(NearestNameFinder.in(List.of("flow", "flow_key", "flowkez"), "FlowKey"))
                .contains("flow_key");
    }

    @Test
    void aTypingMistakeIsNearerThanAPartOfTheName() {
        assertThat(NearestNameFinder.in(List.of("count_packets", "coxxt", "count2"), "count"))
                .contains("count2");
        assertThat(NearestNameFinder.in(List.of("count_packets", "coxxt"), "count"))
                .contains("coxxt");
    }

    @Test
    void ofLongerAndShorterNamesTheMostSimilarIsMeant() {
        assertThat(NearestNameFinder.in(List.of("count_packets_and_bytes", "count_packets", "other"), "count"))
                .contains("count_packets");
        assertThat(NearestNameFinder.in(List.of("cou", "count_packets", "x"), "count_packets_of_all"))
                .contains("count_packets");
    }

    @Test
    void nothingIsNearAnEmptyOrAnotherName() {
        assertThat(NearestNameFinder.in(List.of("count"), "")).isEmpty();
        assertThat(NearestNameFinder.in(List.of("count", "drop"), "redirect")).isEmpty();
        assertThat(NearestNameFinder.in(List.of(), "count")).isEmpty();
        assertThat(NearestNameFinder.in(List.of("s", "in"), "tenants")).isEmpty();
        assertThat(NearestNameFinder.in(List.of("progs"), "s")).isEmpty();
    }
}
