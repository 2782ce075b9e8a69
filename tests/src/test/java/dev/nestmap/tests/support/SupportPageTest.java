/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SupportPageTest {
    private static final Map<String, Map<String, String>> OLD = Map.of("HASH", Map.of("create", "works"));

    @Test
    void readsWhatItWrites() {
        SupportPage page = SupportPage.of("").with("6.18", OLD);

        assertThat(SupportPage.of(page.text()).column("6.18")).isEqualTo(OLD);
        assertThat(SupportPage.of(page.text()).text()).isEqualTo(page.text());
    }

    @Test
    void keepsWhatStandsBeforeTheTables() {
        SupportPage page = SupportPage.of("# Title\n\n| machine |\n| --- |\n").with("6.18", OLD);

        assertThat(page.text()).startsWith("# Title\n\n| machine |\n| --- |\n\n## HASH\n");
        assertThat(SupportPage.of(page.text()).with("6.18", OLD).text()).isEqualTo(page.text());
    }

    @Test
    void leavesTheColumnsOfOtherKernelsAlone() {
        SupportPage page = SupportPage.of("")
                .with("6.18", OLD)
                .with("6.1", Map.of("HASH", Map.of("create", "ENOTSUPP"), "ARENA", Map.of("create", "EINVAL")));
        SupportPage again = SupportPage.of(page.text()).with("6.18", Map.of("HASH", Map.of("update", "works")));

        assertThat(again.column("6.1")).isEqualTo(page.column("6.1"));
        assertThat(again.column("6.18")).isEqualTo(Map.of("HASH", Map.of("update", "works")));
        assertThat(again.text()).contains("| operation | 6.1 | 6.18 |\n").contains("| create | ENOTSUPP |  |\n");
    }

    @Test
    void removesOperationsThatAreNoLongerTested() {
        SupportPage page = SupportPage.of("").with("6.18", OLD).with("6.18", Map.of());

        assertThat(page.text()).doesNotContain("HASH\n").doesNotContain("| 6.18 |");
    }
}
