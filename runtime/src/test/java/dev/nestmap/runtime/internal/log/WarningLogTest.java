/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.LogRecords;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A warning is logged at most once a minute. */
class WarningLogTest {
    private static final String LOGGER = "dev.nestmap.warnings";

    private final LogRecords records = LogRecords.of(LOGGER);
    private final WarningLog log = new WarningLog(System.getLogger(LOGGER), this::nanoTime);
    private long nanoTime = Long.MAX_VALUE; // it overflows in the tests

    @AfterEach
    void stop() {
        records.close();
    }

    @Test
    void logsOneWarningAMinute() {
        for (int id = 1; id <= 180; id++) {
            log.warn("maps flow", "map flow (id " + id + ") was closed", null);
            nanoTime += Duration.ofSeconds(1).toNanos();
        }

        assertThat(records.messages())
                .containsExactly(
                        "map flow (id 1) was closed", "map flow (id 61) was closed", "map flow (id 121) was closed");
    }

    @Test
    void limitsEachSubjectOnItsOwn() {
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

        nanoTime += Duration.ofMinutes(1).toNanos();
        log.warn("file 9999", "ignores 9999", null);
        assertThat(records.messages())
                .hasSize(WarningLog.MOST_SUBJECTS + 1)
                .last()
                .isEqualTo("ignores 9999");
    }

    @Test
    void throwsNothingIfTheLoggerFails() {
        for (int line = 1; line <= 2; line++) {
            WarningLog full = new WarningLog(System.getLogger(LOGGER), this::nanoTime);
            try (LogRecords failing = LogRecords.failingAt(line, LOGGER)) {
                full.warn("requests", "the map is full", null);
                full.informOnce("pins", "a pin is there");
                assertThat(failing.hasFailed()).isTrue();
            }
        }
    }

    private long nanoTime() {
        return nanoTime;
    }
}
