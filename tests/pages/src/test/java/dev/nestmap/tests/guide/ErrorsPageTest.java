/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page of errors names each reason. */
class ErrorsPageTest {
    @Test
    void hasEachReason() throws IOException {
        String page = Files.readString(Path.of("../../docs/guide/errors.md"));

        assertThat(Reason.values()).allSatisfy(reason -> assertThat(page).contains("`" + reason + "`"));
    }
}
