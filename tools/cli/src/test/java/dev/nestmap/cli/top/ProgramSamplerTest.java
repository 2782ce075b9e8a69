/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.observe.ProgramStatistics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Rates of programs come from the two last readings of each. */
class ProgramSamplerTest {
    /** As in a first listing that takes half a second: the second program is read long after the first. */
    @Test
    void eachProgramHasTheTimeOfItsOwnReadings() {
        ProgramSampler sampler = new ProgramSampler();
        sampler.sample(List.of(reading(1, 0, 0), reading(2, 0, 500)));

        assertThat(sampler.sample(List.of(reading(1, 1000, 1000), reading(2, 500, 1000))))
                .allSatisfy(one -> {
                    assertThat(one.runsPerSecond()).isEqualTo(1000);
                    assertThat(one.nanosPerRun()).isEqualTo(2000);
                    assertThat(one.cpuPercent()).isEqualTo(0.2);
                });
    }

    @Test
    void aNewProgramHasNoRateYet() {
        ProgramSampler sampler = new ProgramSampler();
        sampler.sample(List.of());

        assertThat(sampler.sample(List.of(reading(1, 1000, 1000))))
                .singleElement()
                .matches(one -> !one.isBusy());
    }

    private static ProgramSampler.Reading reading(int id, long runs, long millis) {
        ProgramStatistics statistics =
                new ProgramStatistics("count", id, runs, Duration.ofNanos(2000 * runs), 0, 10, 100, 10);
        return new ProgramSampler.Reading(statistics, TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
