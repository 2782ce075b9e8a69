/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.LogRecords;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Repeated warnings are one line a minute. */
class WarningLogTest {
    private static final String LOGGER = "dev.nestmap.warnings";

    private final LogRecords records = LogRecords.of(LOGGER);
    private long now = System.nanoTime();
    private final WarningLog log = new WarningLog(System.getLogger(LOGGER), () -> now);

    @AfterEach
    void stop() {
        records.close();
    }

    @Test
    void logsOneLineAMinuteAboutASubject() {
        for (int second = 0; second < 120; second++) {
            log.warn("maps flow", "map flow was full in second " + second, null);
            now += TimeUnit.SECONDS.toNanos(1);
        }

        assertThat(records.messages())
                .containsExactly("map flow was full in second 0", "map flow was full in second 60");
    }

    @Test
    void logsEachSubjectOnItsOwn() {
        IllegalStateException cause = new IllegalStateException("cause");

        log.warn("one", "first", cause);
        log.warn("two", "second", null);

        assertThat(records.messages()).containsExactly("first", "second");
        assertThat(records.list().get(0).getThrown()).isSameAs(cause);
    }

    /** Subjects can be as many as the files of a directory. */
    @Test
    void limitsTheLinesOfManySubjects() {
        for (int file = 0; file < 10_000; file++) {
            log.warn("file " + file, "ignores " + file, null);
        }

        assertThat(records.messages()).hasSize(WarningLog.MOST_SUBJECTS);
    }

    @Test
    void throwsNothingIfTheLoggerFails() {
        try (LogRecords failing = LogRecords.failingAt(1, LOGGER)) {
            log.warn("requests", "the map is full", null);
            assertThat(failing.hasFailed()).isTrue();
        }
    }
}
