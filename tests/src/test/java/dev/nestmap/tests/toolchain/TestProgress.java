/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.toolchain;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Prints a line for each test class, and for each test that did not pass. Counts skipped tests by their reasons. If a test takes longer than
 * the limit ({@code -Dtest.minutes}, by default 30), prints what all threads do and ends the VM.
 */
final class TestProgress implements TestExecutionListener {
    private static final Duration LIMIT = Duration.ofMinutes(Integer.getInteger("test.minutes", 30));
    private static final int TOO_LONG = 102;

    private final PrintWriter out;
    private final Map<String, Long> skipped = new TreeMap<>();
    private final Timer timer = new Timer("limit of a test", true);
    private TimerTask limit = new EndOfVm("");
    private long classStarted;

    @SuppressWarnings("NullAway.Init") // set before the first test
    private TestPlan plan;

    TestProgress(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        if (isClass(test)) {
            classStarted = System.nanoTime();
        }
        limit.cancel();
        limit = new EndOfVm(test.getLegacyReportingName());
        timer.schedule(limit, LIMIT.toMillis());
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() != Status.SUCCESSFUL) {
            String message = result.getThrowable().map(Throwable::getMessage).orElse("");
            out.println(result.getStatus() + " " + test.getLegacyReportingName() + ": " + message);
            if (result.getStatus() == Status.ABORTED) {
                count(test, message);
            }
        }
        if (isClass(test)) {
            long time = Duration.ofNanos(System.nanoTime() - classStarted).toSeconds();
            out.println(test.getLegacyReportingName() + ", " + time + " s");
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        out.println("SKIPPED " + test.getLegacyReportingName() + ": " + reason);
        count(test, reason);
    }

    private static boolean isClass(TestIdentifier test) {
        return test.getSource().filter(ClassSource.class::isInstance).isPresent();
    }

    /** If a class is skipped, its tests are. */
    private void count(TestIdentifier test, String reason) {
        long tests = test.isTest()
                ? 1
                : plan.getDescendants(test).stream()
                        .filter(TestIdentifier::isTest)
                        .count();
        skipped.merge(reason, Math.max(1, tests), Long::sum);
    }

    /** Prints how many tests were skipped for each reason, and returns how many there are. */
    long printSkipped() {
        skipped.forEach((reason, tests) -> out.println(tests + " skipped: " + reason));
        return skipped.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Ends the VM because of a test that does not end. */
    private final class EndOfVm extends TimerTask {
        private final String test;

        EndOfVm(String test) {
            this.test = test;
        }

        @Override
        public void run() {
            out.println("FAILED " + test + ": it has not ended after " + LIMIT.toMinutes() + " minutes");
            Thread.getAllStackTraces().forEach((thread, frames) -> {
                out.println(thread);
                Arrays.stream(frames).forEach(frame -> out.println("\tat " + frame));
            });
            Runtime.getRuntime().halt(TOO_LONG);
        }
    }
}
