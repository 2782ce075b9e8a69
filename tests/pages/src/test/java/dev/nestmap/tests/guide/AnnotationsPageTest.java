/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Compares the page of the annotations with their sources. */
class AnnotationsPageTest {
    private static final Path PAGE = Path.of("../../docs/reference/annotations.md");

    @Test
    void thePageHasEachAnnotation() throws IOException {
        String text = AnnotationsPage.text();
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, text);
        }

        assertThat(PAGE).content().isEqualTo(text);
        assertThat(text)
                .contains("- [@OuterMap](", "- [@Pad](", "- [@Union](", "[@U64](", "- [MapFlag](")
                .hasSizeLessThan(14 * 1024);
    }
}
