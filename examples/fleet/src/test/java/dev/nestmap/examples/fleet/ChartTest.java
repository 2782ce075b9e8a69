/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The Helm chart, rendered by Helm's own library. */
class ChartTest {
    private static final Path CHART = Path.of("chart");
    private static final Path RENDERED = Path.of("flows.yaml");

    @Test
    void helmFindsNothingToComplainAbout() {
        LintResult result = new Helm(CHART).lint().strict().call();

        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    /** With -Dgolden.update=true, the test writes the file. */
    @Test
    void flowsYamlIsTheChartWithItsDefaults() throws IOException {
        String rendered = new Helm(CHART).template().withName("flows").call();
        rendered = rendered.substring(rendered.indexOf("apiVersion:")).strip() + "\n";
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(RENDERED, rendered);
        }

        assertThat(rendered).isEqualTo(Files.readString(RENDERED));
    }
}
