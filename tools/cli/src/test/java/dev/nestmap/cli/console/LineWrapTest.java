/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Lines break at spaces and never lose a character. */
class LineWrapTest {
    @Test
    void breaksAtSpacesAndCountsNoColours() {
        String text = "\033[2msource=\033[0m10.0.0.1   \033[2mport=\033[0m443 \033[2m→ \033[0mpackets=7";

        assertThat(LineWrap.lines(text, 38)).containsExactly(text);
        assertThat(LineWrap.lines(text, 25))
                .containsExactly("\033[2msource=\033[0m10.0.0.1", "\033[2mport=\033[0m443 \033[2m→ \033[0mpackets=7");
        assertThat(LineWrap.lines("ab abcdefgh cd", 5)).containsExactly("ab", "abcdefgh", "cd");
        assertThat(LineWrap.lines("ab cd", -3)).containsExactly("ab", "cd");
    }

    @Test
    void indentsWhatFollows() {
        assertThat(LineWrap.folded("  note  program probe: it reads", 20))
                .isEqualTo("  note  program\n    probe: it reads");
        assertThat(LineWrap.folded("hosts  ARRAY id 7", 10)).isEqualTo("hosts\n  ARRAY id\n  7");
    }

    @Test
    void cutsBehindTheLastCharacterThatFits() {
        assertThat(LineWrap.cut("tenants", 7)).isEqualTo("tenants");
        assertThat(LineWrap.cut("\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00", 2)).isEqualTo("\uD83D\uDE00…");
    }
}
