/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend.pinset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Explores the protocol of pin sets ({@link Protocol}): every order of the system calls of the processes of a scenario and of the steps of
 * programs, with a kill before each call, or with a call that fails. After each end, versions of the service start and end it. No count is lost
 * or stored twice, no map is read while a program may write to it, and nothing is left.
 *
 * <p>{@code -Dnestmap.model=all} combines kills with failing calls, or kills one process more.
 */
@Tag("long")
class PinSetTest {
    private static final boolean ALL = "all".equals(System.getProperty("nestmap.model"));

    static Stream<Scenario> scenarios() {
        return Scenarios.all().stream().flatMap(scenario -> ALL ? scenario.larger() : scenario.smaller());
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void noOrderOfCallsBreaksAPromise(Scenario scenario) {
        int states = Exploration.explore(scenario, null);
        System.out.println(scenario + ": " + states + " states");
        assertThat(states).isGreaterThan(500);
    }

    /** Otherwise the exploration could not find such a mistake in the protocol itself. */
    @ParameterizedTest
    @EnumSource
    void deliberateMistakesAreFound(Mistake mistake) {
        Scenario scenario = Scenarios.all().stream()
                .filter(candidate -> candidate.name().equals(mistake.scenario))
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> Exploration.explore(scenario, mistake))
                .isInstanceOf(Violation.class)
                .hasMessageContaining(scenario.name());
    }
}
