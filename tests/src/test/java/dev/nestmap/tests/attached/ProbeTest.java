/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.Kprobe;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.PerfEvent;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.attach.Tracing;
import dev.nestmap.runtime.attach.Uprobe;
import dev.nestmap.runtime.attach.Usdt;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelOption;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Probes and perf events have the effect of their options, and a target that does not exist is named. */
@KernelTest
@Timeout(60)
class ProbeTest {
    private static final int TIMES = 10;
    private static final int COOKIE = 1_000_000;
    private static final Path BINARY = ProbedCalls.binary();

    private final ProbedCalls calls = ProbedCalls.open();

    @Test
    void aUprobeMayWatchOneProcess() throws IOException {
        Process other = new ProcessBuilder("sleep", "60").start();
        try (HitCounter own = HitCounter.load("uprobe", 0);
                HitCounter ofOther = HitCounter.load("uprobe", 0)) {
            Uprobe probe = Uprobe.onEntry(BINARY, ProbedCalls.FIRST);
            own.program().attach(probe.withProcess((int) ProcessHandle.current().pid()));
            ofOther.program().attach(probe.withProcess((int) other.pid()));
            calls.fire(TIMES);

            assertThat(own.count()).isEqualTo(TIMES);
            assertThat(ofOther.count()).isZero();
        } finally {
            other.destroy();
            other.onExit().join();
        }
    }

    @Test
    void cookiesTellAttachmentsApart() {
        try (HitCounter counter = HitCounter.addingCookies("uprobe")) {
            counter.program().attach(Uprobe.onEntry(BINARY, ProbedCalls.FIRST).withCookie(1_000));
            counter.program().attach(Uprobe.onReturn(BINARY, ProbedCalls.SECOND).withCookie(1));
            calls.fire(TIMES);

            assertThat(counter.count()).isEqualTo(TIMES * 1_001);
        }
    }

    static Stream<Arguments> hooksWithACookie() {
        return Stream.of(
                Arguments.of(
                        KernelOption.KPROBES,
                        "kprobe",
                        Kprobe.onEntry("security_file_open").withCookie(COOKIE)),
                Arguments.of(
                        KernelOption.TRACEPOINTS,
                        "tp",
                        Tracepoint.of("syscalls", "sys_enter_openat").withCookie(COOKIE)),
                Arguments.of(
                        KernelOption.FENTRY,
                        "fentry/security_file_open",
                        Tracing.declared().withCookie(COOKIE)));
    }

    @ParameterizedTest
    @MethodSource("hooksWithACookie")
    void anAttachmentHasACookie(KernelOption option, String section, Hook<? super Hook.AnyKind, ?> hook) {
        option.assume();
        try (HitCounter counter = HitCounter.addingCookies(section)) {
            counter.program().attach(hook);

            new Opens().fire(TIMES);

            assertThat(counter.count()).isGreaterThanOrEqualTo(TIMES * COOKIE).matches(sum -> sum % COOKIE == 0);
        }
    }

    @Test
    void manyFunctionsHaveOneLink() {
        KernelAssumptions.assume(KernelFeature.UPROBE_MULTI);
        try (HitCounter entries = HitCounter.load("uprobe.multi", 0);
                HitCounter returns = HitCounter.load("uretprobe.multi", 0)) {
            entries.program().attach(Uprobe.Multi.onEntryMatching(BINARY, "probed_*"));
            returns.program().attach(Uprobe.Multi.onReturn(BINARY, ProbedCalls.SECOND));
            calls.fire(TIMES);

            assertThat(entries.count()).isEqualTo(2 * TIMES);
            assertThat(returns.count()).isEqualTo(TIMES);
        }
    }

    @Test
    void aSessionRunsAtTheEntryAndAtTheReturn() {
        KernelAssumptions.assume(KernelFeature.UPROBE_SESSION);
        try (HitCounter counter = HitCounter.load("uprobe.session", 0)) {
            counter.program().attach(Uprobe.Multi.onEntry(BINARY, ProbedCalls.FIRST));
            calls.fire(TIMES);

            assertThat(counter.count()).isEqualTo(2 * TIMES);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"uprobe/LIBRARY:probed_first", "uretprobe/LIBRARY:probed_first", "uprobe/LIBRARY:probed_second+0"
            })
    void aSectionMayNameTheTarget(String section) {
        try (HitCounter counter = HitCounter.load(section.replace("LIBRARY", BINARY.toString()), 0)) {
            counter.program().attach();
            calls.fire(TIMES);

            assertThat(counter.count()).isEqualTo(TIMES);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kprobe/security_file_open",
                "kretprobe/security_file_open",
                "ksyscall/openat",
                "kretsyscall/openat"
            })
    void aSectionMayNameAKernelFunction(String section) {
        KernelOption.KPROBES.assume();
        try (HitCounter counter = HitCounter.load(section, 0)) {
            counter.program().attach();
            new Opens().fire(TIMES);

            assertThat(counter.count()).isGreaterThanOrEqualTo(TIMES);
        }
    }

    @Test
    void aMissingFunctionOrFileIsNamed() {
        try (HitCounter counter = HitCounter.load("uprobe", 0)) {
            assertBpfException(() -> counter.program().attach(Uprobe.onEntry(BINARY, "no_such_function")))
                    .isOf("attachment of program count_hit to function no_such_function of " + BINARY)
                    .hasMessageContaining(
                            "has no function no_such_function in its symbol tables: list them with nm -D");
            assertThatThrownBy(() -> counter.program().attach(Uprobe.onEntry(Path.of("/no/such/file"), "f")))
                    .hasMessageContaining("there is no file /no/such/file");
            assertThatThrownBy(() -> counter.program().attach(Uprobe.onEntry(Path.of("/proc/self/status"), "f")))
                    .hasMessageContaining("/proc/self/status is not an ELF file");
        }
    }

    @Test
    void aMissingUsdtIsReportedByLibbpf() {
        try (HitCounter counter = HitCounter.load("usdt", 0)) {
            assertBpfException(() -> counter.program().attach(Usdt.of(BINARY, "nestmap", "absent")))
                    .hasMessageContaining("refused by libbpf 1.")
                    .hasErrno(Errno.ENOENT);
        }
        try (HitCounter counter = HitCounter.load("kprobe", 0)) {
            assertBpfException(() -> counter.program().attach(Usdt.of(BINARY, "nestmap", "called")), "bpf/usdt.bpf.h");
        }
    }

    /** libbpf has no lock for an object's USDT. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void threadsChangeTheUsdtOfAnObjectOneAfterTheOther(boolean closes) throws Exception {
        Usdt usdt = Usdt.of(BINARY, "nestmap", "called");
        try (HitCounter counter = HitCounter.load("usdt", 0);
                WatchedThread thread = new WatchedThread()) {
            Link before = counter.program().attach(usdt);
            FutureTask<Void> other = new FutureTask<>(
                    () -> {
                        if (closes) {
                            before.close();
                        } else {
                            counter.program().attach(usdt.withCookie(1));
                        }
                    },
                    null);
            Thread otherThread = new Thread(other);
            AtomicBoolean waited = new AtomicBoolean();
            thread.run(
                    call -> {
                        if ((call == SystemCall.PERF_EVENT_OPEN || call == SystemCall.LINK_CREATE)
                                && otherThread.getState() == Thread.State.NEW) {
                            otherThread.start();
                            while (!other.isDone() && otherThread.getState() != Thread.State.WAITING) {
                                Thread.onSpinWait();
                            }
                            waited.set(!other.isDone());
                        }
                        return null;
                    },
                    () -> counter.program().attach(usdt.withCookie(2)));
            other.get();
            assertThat(waited).as("the other thread waits").isTrue();
            calls.fire(TIMES);
            assertThat(counter.count()).isEqualTo(closes ? TIMES : 3 * TIMES);
        }
    }

    @Test
    void aMissingKernelFunctionIsNamed() {
        KernelOption.KPROBES.assume();
        try (HitCounter counter = HitCounter.load("kprobe", 0)) {
            assertBpfException(() -> counter.program().attach(Kprobe.onEntry("no_such_function")), "has inlined it")
                    .hasErrno(Errno.ENOENT);
        }
    }

    @Test
    void aMissingTracepointIsNamed() {
        KernelOption.TRACEPOINTS.assume();
        try (HitCounter counter = HitCounter.load("tp", 0)) {
            assertThatThrownBy(() -> counter.program().attach(Tracepoint.of("syscalls", "sys_enter_nothing")))
                    .hasMessageContaining("the kernel has no tracepoint sys_enter_nothing in the category syscalls");
            assertThatThrownBy(() -> counter.program().attach(Tracepoint.of("nothing", "sys_enter")))
                    .hasMessageContaining("the kernel has no category nothing of tracepoints");
        }
    }

    @Test
    void aMissingTargetOfATracingProgramFailsTheLoad() {
        assertBpfException(() -> HitCounter.load("fentry/no_such_function", 0), "hook or iterator with the name")
                .hasErrno(Errno.ESRCH);
    }

    @Test
    void aKernelWithoutKprobesIsNotMistakenForAMissingFunction() {
        try (HitCounter counter = HitCounter.load("kprobe", 0)) {
            counter.program().attach(Kprobe.onEntry("security_file_open")).close();
        } catch (BpfException e) {
            assertThat(e).hasMessageContaining("this kernel has no kprobes: it needs CONFIG_KPROBE_EVENTS");
        }
    }

    @Test
    void aKernelWithoutFprobeIsNotMistakenForAnOldLibbpf() {
        Assumptions.assumeFalse(KernelFeature.KPROBE_MULTI.isPresent(), "the kernel has kprobe.multi");
        try (HitCounter counter = HitCounter.load("kprobe.multi", 0)) {
            assertThatThrownBy(() -> counter.program().attach(Kprobe.Multi.onEntry("security_file_open")))
                    .hasMessageContaining("refused by Linux ")
                    .hasMessageContaining("this kernel has no KPROBE_MULTI")
                    .hasMessageContaining("CONFIG_FPROBE");
        }
    }

    @Test
    void aPerfEventHasAFrequency() {
        try (HitCounter counter = HitCounter.load("perf_event", 0)) {
            counter.program()
                    .attach(PerfEvent.software(PerfEvent.Software.CPU_CLOCK)
                            .withFrequency(1_000)
                            .onCpu(0));

            while (counter.count() < TIMES) {
                Thread.onSpinWait();
            }
        }
    }

    /** Some virtual machines count no cycles. Emulated arm64 processors do. */
    @Test
    void aPerfEventOfTheCpuHasAPeriod() {
        PerfEvent cycles = PerfEvent.hardware(PerfEvent.Hardware.CPU_CYCLES)
                .withPeriod(1_000_000)
                .ofThread(Descriptors.threadId());
        try (HitCounter counter = HitCounter.load("perf_event", 0)) {
            try {
                counter.program().attach(cycles);
            } catch (BpfException e) {
                assertThat(e).hasMessageContaining("perf event CPU_CYCLES").hasMessageContaining("no hardware events");
                Assumptions.abort(e.getMessage());
            }
            while (counter.count() < TIMES) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aPerfEventNeedsAnExistingCpu() {
        try (HitCounter counter = HitCounter.load("perf_event", 0)) {
            assertBpfException(() -> counter.program()
                            .attach(PerfEvent.software(PerfEvent.Software.CPU_CLOCK)
                                    .withPeriod(1_000_000)
                                    .onCpu(100_000)))
                    .hasMessageContaining("refused by Linux ")
                    .hasErrno(Errno.EINVAL)
                    .hasMessageContaining("there is no such CPU");
        }
    }

    @Test
    void aPerfEventsFrequencyHasALimit() throws IOException {
        String limit = Files.readAllLines(Path.of("/proc/sys/kernel/perf_event_max_sample_rate"))
                .get(0);
        try (HitCounter counter = HitCounter.load("perf_event", 0)) {
            PerfEvent tooOften = PerfEvent.software(PerfEvent.Software.CPU_CLOCK)
                    .withFrequency(Long.parseLong(limit) + 1)
                    .onCpu(0);
            assertBpfException(() -> counter.program().attach(tooOften), "kernel.perf_event_max_sample_rate")
                    .hasErrno(Errno.EINVAL);
        }
    }
}
