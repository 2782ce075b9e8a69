/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nestmap.tests.types.TimeTypes.Times;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java writes and reads durations and points in time as C sees them. */
class TimeTypesTest {
    private static final Instant DAY = Instant.parse("2026-02-28T00:00:00Z");
    private static final Times TIMES = times(Duration.ofMillis(4294967295L));

    @TempDir
    Path directory;

    @Test
    void timesHaveTheBytesOfC() {
        HeaderCompiler c = new HeaderCompiler(directory);

        assertThat(CodecBytes.ofKey(TimeTypesBpf.TimesMap.CODEC, TIMES))
                .isEqualTo(c.bytes("time_types", "__u64 expected", "1772236800"));
        assertThat(CodecBytes.ofValue(TimeTypesBpf.TimesMap.CODEC, TIMES))
                .isEqualTo(c.bytes("time_types", "struct times expected", """
                        {
                        	.uptime = 18446744073709551615ULL, .offset = -1500000, .timeout = 4294967295,
                        	.modified = -1, .received = __builtin_bswap64(1000000007), .waits = { 1, 2000 },
                        }"""));
    }

    @Test
    void rejectsTimesThatDoNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> CodecBytes.ofValue(TimeTypesBpf.TimesMap.CODEC, times(Duration.ofMillis(4294967296L))))
                .withMessage("Times.timeout is 4294967296, outside of 0 to 4294967295");
    }

    private static Times times(Duration timeout) {
        return new Times(
                DAY,
                Duration.ofSeconds(18446744073L, 709551615),
                Duration.ofMillis(-1500),
                timeout,
                Instant.ofEpochSecond(-1),
                Instant.ofEpochSecond(1, 7),
                new Duration[] {Duration.ofMillis(1), Duration.ofSeconds(2)});
    }
}
