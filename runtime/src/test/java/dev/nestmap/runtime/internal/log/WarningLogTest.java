/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.LogRecords;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Repeated warnings are one line a minute. */
class WarningLogTest {
    private static final String LOGGER = "dev.nestmap.warnings";

    private final LogRecords records = LogRecords.of(LOGGER);
    private final Deque<Runnable> afterOneMinute = new ArrayDeque<>();
    private final WarningLog log = new WarningLog(System.getLogger(LOGGER), afterOneMinute::add);

    @AfterEach
    void stop() {
        records.close();
    }

    @Test
    void logsTheFirstWarningAtOnceAndCountsTheOthers() {
        for (int id = 1; id <= 100; id++) {
            log.warn("maps flow", "map flow (id " + id + ") was closed", null);
        }

        assertThat(records.messages()).containsExactly("map flow (id 1) was closed");

        passMinute();

        assertThat(records.messages())
                .containsExactly(
                        "map flow (id 1) was closed",
                        "99 more warnings about maps flow in the last minute; the last one: map flow (id 100) was closed");
    }

    @Test
    void logsOneLineAMinuteAsLongAsWarningsRepeat() {
        log.warn("requests", "the map is full", null);
        for (int minute = 0; minute < 3; minute++) {
            log.warn("requests", "the map is full", null);
            passMinute();
        }

        assertThat(records.messages())
                .containsExactly(
                        "the map is full",
                        "1 more warning about requests in the last minute; the last one: the map is full",
                        "1 more warning about requests in the last minute; the last one: the map is full",
                        "1 more warning about requests in the last minute; the last one: the map is full");
    }

    @Test
    void logsAWarningAtOnceAfterAMinuteWithoutOne() {
        log.warn("requests", "the map is full", null);
        passMinute();
        log.warn("requests", "the map is full again", null);

        assertThat(records.messages()).containsExactly("the map is full", "the map is full again");
        assertThat(afterOneMinute).hasSize(1);
    }

    @Test
    void countsEachSubjectOnItsOwn() {
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

        assertThat(records.messages()).hasSize(WarningLog.MOST_SUBJECTS + 1);
        passMinute();

        assertThat(records.messages())
                .hasSize(WarningLog.MOST_SUBJECTS + 2)
                .last()
                .isEqualTo((10_000 - WarningLog.MOST_SUBJECTS - 1)
                        + " more warnings about other subjects in the last minute; the last one: ignores 9999");
    }

    @Test
    void throwsNothingIfTheLoggerOrTheTimerFails() {

        for (int line = 1; line <= 3; line++) {
            WarningLog full = new WarningLog(System.getLogger(LOGGER), afterOneMinute::add);
            try (LogRecords failing = LogRecords.failingAt(line, LOGGER)) {
                full.warn("requests", "the map is full", null);
                full.warn("requests", "the map is full", null);
                full.informOnce("pins", "a pin is there");
                passMinute();
                assertThat(failing.hasFailed()).isTrue();
            }
        }
        boolean[] isTimerBroken = {true};
        WarningLog other = new WarningLog(System.getLogger(LOGGER), task -> {
            if (isTimerBroken[0]) {
                throw new OutOfMemoryError();
            }
        });
        other.warn("maps", "lost", null);
        isTimerBroken[0] = false;
        other.warn("maps", "logged", null);
        assertThat(records.messages()).last().isEqualTo("logged");
    }

    private void passMinute() {
        int due = afterOneMinute.size();
        for (int i = 0; i < due; i++) {
            afterOneMinute.remove().run();
        }
    }
}
