/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The options of the fleet are read as the help lists them. */
class OptionsTest {
    @Test
    void readsTheOptions() {
        assertThat(Options.parse("--machines", "2", "--kills", "3", "--minutes", "0.5", "--rollout"))
                .isEqualTo(new Options(2, 3, Duration.ofSeconds(30), true));
        assertThat(Options.parse().rollout()).isFalse();
    }

    @Test
    void listsTheOptionsIfOneIsInvalid() {
        String usage = "the options are --machines NUMBER, --kills NUMBER, --minutes NUMBER and --rollout";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--kills", "many"))
                .withMessage("--kills takes a whole number from 0 to 10000, not \"many\"; " + usage);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--machines", "0"))
                .withMessage("--machines takes a whole number from 1 to 100, not \"0\"; " + usage);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--machines", "1.5"))
                .withMessage("--machines takes a whole number from 1 to 100, not \"1.5\"; " + usage);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--minutes", "Infinity"))
                .withMessage("--minutes takes a number from 0 to 10080, not \"Infinity\"; " + usage);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--minutes"))
                .withMessage("--minutes needs a value; " + usage);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse("--fast"))
                .withMessage("there is no option --fast; " + usage);
    }
}
