/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.VerifierLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each known message of the verifier gets the remedy of one row, and no other row fits. */
class VerifierTableTest {
    /**
     * A message.
     *
     * @param row the name of the row that fits; a dash for none
     */
    record Message(String row, List<String> log) {
        static Message of(String line) {
            String[] parts = line.split(" \\| ", 2);
            return new Message(parts[0], List.of(parts[1].split("\\\\n")));
        }

        Map<String, String> remedies() {
            return VerifierTable.remedies(new VerifierLog(log));
        }

        @Override
        public String toString() {
            return row + ": " + log.get(log.size() - 1);
        }
    }

    static Stream<Message> messages() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                VerifierTableTest.class.getResourceAsStream("verifier-messages.txt"), "the messages")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines().filter(line -> !line.startsWith("#")).map(Message::of).toList().stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("messages")
    void oneRowFits(Message message) {
        assertThat(message.remedies().keySet()).isEqualTo(message.row.equals("-") ? Set.of() : Set.of(message.row));
        assertThat(message.remedies().values())
                .allSatisfy(remedy -> assertThat(remedy).doesNotContain("{", "  "));
    }

    @Test
    void eachRowHasMessages() throws IOException {
        assertThat(new TreeSet<>(messages().map(Message::row).toList())).containsAll(VerifierTable.names());
        assertThat(messages().filter(message -> !message.row.equals("-"))).hasSizeGreaterThan(150);
    }

    /** A log may be hostile, or damaged. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "R99999999999 invalid mem access 'scalar'",
                "R99999999999 invalid mem access 'map_value_or_null'",
                "R99999999999 type=scalar expected=map_ptr",
                "Possibly NULL pointer passed to trusted arg99999999999",
                "cannot pass map_type 99999999999999999999 into func bpf_map_lookup_elem#1"
            })
    void numbersThatAreTooLargeHaveNoRemedy(String error) {
        VerifierLog log = new VerifierLog(List.of("0: (85) call bpf_map_lookup_elem#1", error));

        assertThat(VerifierExplanation.of(log, List.of()).remedy()).isEmpty();
    }

    /** A log may be hostile, or just long: the search for the origin of a value goes over it once. */
    @Test
    void aLongLogIsReadOnce() {
        List<String> log = new ArrayList<>();
        for (int i = 0; i < 300_000; i++) {
            log.add(i + ": (0f) r6 += r7");
        }
        log.add("300000: (79) r1 = *(u64 *)(r6 +0)");
        log.add("R6 invalid mem access 'scalar'");

        assertThat(VerifierTable.remedies(new VerifierLog(log))).isEmpty();
    }
}
