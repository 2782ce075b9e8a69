/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.toolchain;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs kernel tests without Maven, which takes minutes to start in a virtual machine. {@code bin/test-kernels} uses it. */
public final class TestMain {
    private static final int TRACE_LINES = 12;
    private static final int FAILURES_AT_MOST = 100;
    private static final int NONE_RAN = 101;

    private TestMain() {}

    /**
     * Arguments are names of classes, of which the tests with the tag {@code kernel} run. The exit code is the number of failed tests, at
     * most 100, or 101 if there was no test.
     */
    public static void main(String[] classes) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Arrays.stream(classes).map(name -> selectClass(name)).toList())
                .filters(TagFilter.includeTags("kernel"))
                // The limits of tests are for real machines. TestProgress has one for emulated machines.
                .configurationParameter("junit.jupiter.execution.timeout.mode", "disabled")
                .build();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        TestProgress progress = new TestProgress(out);
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener, progress);
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(out, TRACE_LINES);
        long skipped = progress.printSkipped();
        out.printf(
                Locale.ROOT,
                "Linux %s, JDK %d, %s: %d tests passed, %d failed, %d were skipped; %d s%n",
                System.getProperty("os.version"),
                Runtime.version().feature(),
                Path.of("").toAbsolutePath().getFileName(),
                summary.getTestsSucceededCount(),
                summary.getTotalFailureCount(),
                skipped,
                TimeUnit.MILLISECONDS.toSeconds(summary.getTimeFinished() - summary.getTimeStarted()));
        long failures = Math.min(FAILURES_AT_MOST, summary.getTotalFailureCount());
        System.exit(failures + summary.getTestsSucceededCount() + skipped == 0 ? NONE_RAN : (int) failures);
    }
}
