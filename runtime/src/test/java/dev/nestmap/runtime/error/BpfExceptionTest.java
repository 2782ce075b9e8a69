/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A message has operation, map, key, errno and reason. */
class BpfExceptionTest {
    @Test
    void messageSaysOperationMapKeyErrnoAndReason() {
        BpfException e = BpfException.of(7, "update").map("tenant").key(42).because("the map is full");

        assertThat(e).hasMessage("update of map tenant, key 42: E2BIG (7): the map is full");
        assertThat(e.operation()).isEqualTo("update");
        assertThat(e.map()).isEqualTo("tenant");
        assertThat(e.key()).isEqualTo(42);
        assertThat(e.errno()).isEqualTo(Errno.E2BIG);
        assertThat(e.errnoNumber()).isEqualTo(7);
    }

    @Test
    void messageLeavesOutMissingParts() {
        BpfException e =
                BpfException.of(Reason.NOT_FOUND, "load of object nested").because("there is no such file");

        assertThat(e).hasMessage("load of object nested: there is no such file").hasNoCause();
        assertThat(e.errno()).isNull();
        assertThat(e.errnoNumber()).isZero();
        assertThat(e.map()).isNull();
        assertThat(e.key()).isNull();
        assertThat(e.log()).isEmpty();
    }

    @Test
    void numbersThatNobodyHasNamedAreKept() {
        BpfException e = BpfException.of(4014, "update").build();

        assertThat(e).hasMessage("update: errno 4014");
        assertThat(e.errno()).isNull();
        assertThat(e.errnoNumber()).isEqualTo(4014);
    }

    @Test
    void shortLogIsInTheMessage() {
        assertThat(BpfException.of(13, "load").log(List.of("one", "two")).build())
                .hasMessage("load: EACCES (13)\n  one\n  two");
    }

    @Test
    void aLongLogIsAbridgedInItsOrderAndKeptWhole() {
        List<String> log = lines(1000);

        BpfException e = BpfException.of(13, "load").log(log).build();

        assertThat(e.log()).isEqualTo(log);
        assertThat(e.getMessage().lines())
                .hasSize(1 + 20 + 1 + 20)
                .startsWith("load: EACCES (13)", "  line 0")
                .containsSequence("  line 19", "  ... 960 lines omitted, log() has them", "  line 980")
                .endsWith("  line 999");
    }

    /** The end of the log of Linux 7.3.4 for a pointer that was not compared with NULL. */
    @Test
    void theMessageHasTheReasonOfTheVerifier() {
        List<String> log = new ArrayList<>(lines(100));
        log.addAll(List.of(
                "R0 invalid mem access 'map_value_or_null'",
                "",
                "Verification failed: Register Type Safety: Invalid dereference",
                "",
                "Reason:",
                "  R0 may be NULL here (a nullable map value pointer).",
                "",
                "At:"));
        log.addAll(lines(50));

        BpfException e = BpfException.of(13, "load").log(log).build();

        assertThat(e.getMessage().lines())
                .hasSize(1 + 20 + 1 + 20 + 1)
                .startsWith("load: EACCES (13)", "  line 0")
                .containsSequence(
                        "  line 19",
                        "  ... 79 lines omitted, log() has them",
                        "  line 99",
                        "  R0 invalid mem access 'map_value_or_null'",
                        "  ",
                        "  Verification failed: Register Type Safety: Invalid dereference")
                .contains("    R0 may be NULL here (a nullable map value pointer).")
                .endsWith("  ... 39 lines omitted, log() has them");
    }

    /** The explanation is in neither part twice. */
    @Test
    void anExplanationAtEitherEndOfTheLogIsShownOnce() {
        for (int at : new int[] {0, 19, 20, 22, 40, 41}) {
            List<String> log = new ArrayList<>(lines(42));
            log.set(at, "Verification failed: Policy");

            assertThat(BpfException.of(Reason.REJECTED_BY_VERIFIER, "load")
                            .log(log)
                            .build()
                            .getMessage()
                            .lines())
                    .as("explanation in line %d", at)
                    .hasSize(1 + 20 + 1 + 20)
                    .containsOnlyOnce("  Verification failed: Policy");
        }
    }

    private static List<String> lines(int count) {
        return IntStream.range(0, count).mapToObj(i -> "line " + i).toList();
    }

    /** The kernel's answer has a reason even if no caller of it knows one. */
    @ParameterizedTest
    @CsvSource({
        "EPERM, NOT_PERMITTED",
        "EACCES, NOT_PERMITTED",
        "ENOENT, NOT_FOUND",
        "EEXIST, ALREADY_EXISTS",
        "EBUSY, BUSY",
        "E2BIG, FULL",
        "EMFILE, FULL",
        "ENOTSUPP, NOT_SUPPORTED",
        "EBADF, CLOSED",
        "EISDIR, WRONG_USE",
        "EINVAL, SYSTEM_CALL"
    })
    void anErrnoHasAReason(Errno errno, Reason reason) {
        BpfException e = BpfException.of(errno.number(), "update").build();

        assertThat(e.reason()).isEqualTo(reason);
        assertThat(e.errno()).isEqualTo(errno);
        assertThat(BpfException.of(4014, "update").build().reason()).isEqualTo(Reason.SYSTEM_CALL);
    }

    @Test
    void survivesSerializationWithoutItsKey() throws Exception {
        BpfException e = BpfException.of(7, "update")
                .map("tenant")
                .key(new Object())
                .log(List.of("a line"))
                .build();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(e);
        }

        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            BpfException read = (BpfException) in.readObject();
            assertThat(read).hasMessage(e.getMessage());
            assertThat(read.reason()).isEqualTo(Reason.FULL);
            assertThat(read.log()).containsExactly("a line");
            assertThat(read.key()).isNull();
        }
    }
}
