/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Mistyped variables are found when the header is printed, and not by the C compiler of a user. */
class CTemplateTest {
    private static final String HEAD = "static void f(int key_)";

    @Test
    void replacesValuesParametersAndLocalVariables() {
        String body = """
            int $count = $start;

            g($key, $count);
            """;

        assertThat(CTemplate.function(HEAD, body, Map.of("start", "7"), CTemplateTest::rename))
                .isEqualTo("""
            static void f(int key_)
            {
            	int count = 7;

            	g(key_, count);
            }
            """);
    }

    @Test
    void textsHaveExactlyTheVariablesThatHaveValues() {
        assertThat(CTemplate.fill("struct $name;", Map.of("name", "flow"))).isEqualTo("struct flow;");
        assertThatThrownBy(() -> CTemplate.fill("struct $nmae;", Map.of("name", "flow")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[nmae]");
        assertThatThrownBy(() -> CTemplate.fill("struct $name;", Map.of("name", "flow", "size", "8")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("size");
    }

    private static String rename(String name) {
        return name.equals("key") ? "key_" : name;
    }
}
