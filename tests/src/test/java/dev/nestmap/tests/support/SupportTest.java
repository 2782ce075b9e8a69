/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.attached.AttachmentProbe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Compares {@code docs/internals/kernels.md} with the running kernel. {@code -Dsupport.update=true} writes this kernel's column. */
@KernelTest
class SupportTest {
    static final Path PAGE = Path.of("..", "docs", "internals", "kernels.md");

    @Test
    void theColumnOfThisKernelMatchesItsAnswers() throws Throwable {
        String kernel = kernel();
        SupportPage page = Files.exists(PAGE) ? SupportPage.of(Files.readString(PAGE)) : SupportPage.of("");
        Map<String, Map<String, String>> column = new LinkedHashMap<>();
        column.put(SupportPage.ATTACHMENTS, attachments(page.column(kernel)));
        ProbedMap.ALL.forEach(subject -> column.put(subject.title(), SupportProbe.of(subject)));
        if (Boolean.getBoolean("support.update")) {
            Files.writeString(PAGE, page.with(kernel, column).text());
            return;
        }
        Map<String, Map<String, String>> documented = page.column(kernel);
        assumeThat(documented)
                .as("docs/internals/kernels.md has no column of Linux %s: -Dsupport.update=true adds it", kernel)
                .isNotEmpty();

        assertThat(differences(documented, column))
                .as(
                        "docs/internals/kernels.md, kernel %s: run with -Dsupport.update=true and look at the difference",
                        kernel)
                .isEmpty();
        assertThat(page.with(kernel, column).text()).isEqualTo(Files.readString(PAGE));
    }

    /** Keeps what is documented of attachments that this build of the kernel lacks. */
    private static Map<String, String> attachments(Map<String, Map<String, String>> documented) throws Throwable {
        Map<String, String> results = AttachmentProbe.results();
        results.replaceAll((section, result) -> result.equals(AttachmentProbe.NOT_BUILT_IN)
                ? documented.getOrDefault(SupportPage.ATTACHMENTS, Map.of()).getOrDefault(section, result)
                : result);
        return results;
    }

    private static List<String> differences(
            Map<String, Map<String, String>> documented, Map<String, Map<String, String>> found) {
        List<String> differences = new ArrayList<>();
        Set<String> types = new LinkedHashSet<>(found.keySet());
        types.addAll(documented.keySet());
        for (String type : types) {
            Map<String, String> documentedOutcomes = documented.getOrDefault(type, Map.of());
            Map<String, String> foundOutcomes = found.getOrDefault(type, Map.of());
            Set<String> operations = new LinkedHashSet<>(foundOutcomes.keySet());
            operations.addAll(documentedOutcomes.keySet());
            for (String operation : operations) {
                String old = documentedOutcomes.getOrDefault(operation, "nothing");
                String now = foundOutcomes.getOrDefault(operation, "nothing");
                if (!old.equals(now)) {
                    differences.add(type + ", " + operation + ": " + now + ", and the page says " + old);
                }
            }
        }
        return differences;
    }

    private static String kernel() {
        String[] numbers = System.getProperty("os.version").split("[.-]", -1);
        return numbers[0] + "." + numbers[1];
    }
}
