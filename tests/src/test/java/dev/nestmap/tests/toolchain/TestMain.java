/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.toolchain;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs test classes without Maven, which takes minutes to start in a virtual machine. {@code bin/test-kernels} uses it. */
public final class TestMain {
    private static final int TRACE_LINES = 12;
    private static final int FAILURES_AT_MOST = 100;
    private static final int NONE_PASSED = 101;

    private TestMain() {}

    /** Arguments are names of classes. The exit code is the number of failed tests, at most 100, or 101 if no test passed. */
    public static void main(String[] classes) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Arrays.stream(classes).map(name -> selectClass(name)).toList())
                .build();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener, new Progress(out));
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(out, TRACE_LINES);
        out.printf(
                Locale.ROOT,
                "Linux %s, JDK %d: %d tests passed, %d failed, %d were skipped; %d s%n",
                System.getProperty("os.version"),
                Runtime.version().feature(),
                summary.getTestsSucceededCount(),
                summary.getTotalFailureCount(),
                summary.getTestsSkippedCount() + summary.getTestsAbortedCount(),
                TimeUnit.MILLISECONDS.toSeconds(summary.getTimeFinished() - summary.getTimeStarted()));
        long failures = Math.min(FAILURES_AT_MOST, summary.getTotalFailureCount());
        // A run that skips or finds no test is not a success.
        System.exit(failures == 0 && summary.getTestsSucceededCount() == 0 ? NONE_PASSED : (int) failures);
    }

    /** Prints a line for each class, and for each test that did not pass. */
    private record Progress(PrintWriter out) implements TestExecutionListener {
        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                out.println(result.getStatus() + " " + test.getLegacyReportingName()
                        + result.getThrowable()
                                .map(cause -> ": " + cause.getMessage())
                                .orElse(""));
            } else if (test.getLegacyReportingName().startsWith("dev.nestmap")) {
                out.println(test.getLegacyReportingName());
            }
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            out.println("SKIPPED " + test.getLegacyReportingName() + ": " + reason);
        }
    }
}
