/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the programs on the pages whose output is on the page too, and compares it. */
@KernelTest
class KernelPagesTest {
    private static final Pattern TCX = Pattern.compile("\\(Tcx\\.|SEC\\(\"tcx/");

    @TempDir
    Path directory;

    static Stream<Page> pages() throws IOException {
        return Page.all().stream().filter(page -> page.snippets().stream().anyMatch(KernelPagesTest::isOutput));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void theProgramPrintsWhatThePageShows(Page page) throws Throwable {
        if (page.snippets().stream()
                .anyMatch(snippet ->
                        snippet.isFile() && TCX.matcher(snippet.code()).find())) {
            KernelAssumptions.assume(KernelFeature.TCX);
        }
        page.compile(directory);

        for (Snippet output : page.snippets()) {
            if (isOutput(output)) {
                NetworkNamespace.run(() ->
                        assertThat(run(output.argument())).as(output.argument()).isEqualTo(output.code()));
            }
        }
    }

    private static boolean isOutput(Snippet snippet) {
        return snippet.is("prints");
    }

    /** Runs the main method of a class, and returns what it prints. */
    private String run(String className) throws Exception {
        PrintStream usual = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (URLClassLoader loader = Page.classes(directory)) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass(className).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            System.setOut(usual);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
