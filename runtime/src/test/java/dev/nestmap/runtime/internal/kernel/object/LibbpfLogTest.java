/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.LibbpfLog;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The System.Logger uses java.util.logging here: DEBUG is FINE and TRACE is FINER. */
@KernelTest
class LibbpfLogTest {
    private final Logger logger = Logger.getLogger("dev.nestmap.libbpf");
    private final Recorder recorder = new Recorder();

    @BeforeEach
    void listen() {
        logger.addHandler(recorder);
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.ALL);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(recorder);
        logger.setUseParentHandlers(true);
        logger.setLevel(null);
    }

    @Test
    void aWarningInAnExceptionIsLoggedAsDebug() {
        byte[] elf = TestPrograms.object("refused.bpf.c");

        assertThatThrownBy(() -> KernelObject.load("refused", elf)).isInstanceOf(BpfException.class);

        assertThat(recorder.at(Level.WARNING)).isEmpty();
        assertThat(recorder.at(Level.FINE)).anyMatch(line -> line.contains("R0 invalid mem access"));
    }

    @Test
    void refusedTypesAreTheCauseIfProgramsNeedThem() {
        String lacking = "missing btf func_info";
        String number = "libbpf: Error loading .BTF into kernel: -24. BTF is optional, ignoring.";
        String name = "libbpf: Error loading .BTF into kernel: -EMFILE. BTF is optional, ignoring.";

        assertThat(LibbpfLog.causeOf(22, List.of(number, lacking))).isEqualTo(Errno.EMFILE.number());
        assertThat(LibbpfLog.causeOf(22, List.of(name, lacking))).isEqualTo(Errno.EMFILE.number());
        assertThat(LibbpfLog.causeOf(22, List.of(number, "tail_call is not allowed in subprogs without BTF")))
                .isEqualTo(Errno.EMFILE.number());
        assertThat(LibbpfLog.causeOf(13, List.of(number))).isEqualTo(13);
        assertThat(LibbpfLog.causeOf(22, List.of(lacking))).isEqualTo(22);
    }

    @Test
    void informationIsLoggedAsDebugAndDebugAsTrace() {
        KernelObject.load("nested", TestPrograms.object("nested.bpf.c")).close();

        assertThat(recorder.at(Level.WARNING)).isEmpty();
        assertThat(recorder.at(Level.FINE)).anyMatch(line -> line.contains("section") && line.contains(".nestmap"));
        assertThat(recorder.at(Level.FINER)).isNotEmpty();
    }

    @Test
    void aWarningOfASuccessfulLoadIsLoggedAsWarning() {
        KernelObject.load("retried", TestPrograms.object("retried.bpf.c")).close();

        assertThat(recorder.at(Level.WARNING)).anyMatch(line -> line.contains("Retrying without BTF"));
    }

    @Test
    void aLoggerThatThrowsDoesNotFailTheLoad() {
        recorder.failing = true;

        KernelObject.load("retried", TestPrograms.object("retried.bpf.c")).close();
    }

    private static final class Recorder extends Handler {
        private final List<LogRecord> records = new CopyOnWriteArrayList<>();
        private volatile boolean failing;

        List<String> at(Level level) {
            return records.stream()
                    .filter(record -> record.getLevel().equals(level))
                    .map(record -> String.valueOf(record.getParameters()[0]))
                    .toList();
        }

        @Override
        public void publish(LogRecord record) {
            if (failing) {
                throw new IllegalStateException("a handler that fails");
            }
            records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
