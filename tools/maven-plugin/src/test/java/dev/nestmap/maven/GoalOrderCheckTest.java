/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import static dev.nestmap.maven.EffectiveModel.compiler;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An order of goals that cannot work is named. */
class GoalOrderCheckTest {
    private static final String OWN = own("");
    private static final String PACKAGING = compiler("");
    private static final String ADDED = compiler("java-compile", "", "");

    /** Maven runs default-compile first in its phase, wherever the plugins are in the POM. */
    @Test
    void acceptsAnyOrderWithTheCompilerOfThePackaging() {
        assertThat(problem(OWN + PACKAGING)).isEmpty();
        assertThat(problem(PACKAGING + OWN)).isEmpty();
        assertThat(problem(own("<phase>process-classes</phase>") + PACKAGING)).isEmpty();
    }

    @Test
    void namesAnExecutionThatThePomAddsFurtherDown() {
        assertThat(problem(ADDED + OWN)).isEmpty();
        assertThat(problem(OWN + ADDED))
                .contains(
                        "The goal compile of nestmap-maven-plugin runs before the Java compiler (execution java-compile of"
                                + " maven-compiler-plugin), which generates the headers that the goal needs. Move nestmap-maven-plugin behind"
                                + " maven-compiler-plugin in the POM.");
    }

    @Test
    void namesAnEarlierPhase() {
        assertThat(problem(PACKAGING + own("<phase>generate-resources</phase>")))
                .hasValueSatisfying(problem -> assertThat(problem)
                        .endsWith("Remove <phase>generate-resources</phase> from its execution default, or name a later"
                                + " phase."));
    }

    @Test
    void needsBothGoals() {
        assertThat(problem(PACKAGING)).isEmpty();
        assertThat(problem(OWN)).isEmpty();
        assertThat(problem(own("<phase>none</phase>") + ADDED)).isEmpty();
    }

    private static String own(String phase) {
        return "<plugin><groupId>dev.nestmap</groupId><artifactId>nestmap-maven-plugin</artifactId><executions><execution>"
                + phase + "<goals><goal>compile</goal></goals></execution></executions></plugin>";
    }

    private static Optional<String> problem(String plugins) {
        return GoalOrderCheck.problem(EffectiveModel.plugins(plugins), "compile", "compile");
    }
}
