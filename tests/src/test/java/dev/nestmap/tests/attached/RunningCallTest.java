/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Kprobe;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Tracing;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.attach.Uprobe;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelOption;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Replaces a program that runs at the return of a function, with an overlap, while a call of the function is running. The guide's page about
 * upgrades says which program runs when this call returns.
 */
@KernelTest
@Timeout(60)
class RunningCallTest extends PinningTest {
    private static final String READ =
            "amd64".equals(System.getProperty("os.arch")) ? "__x64_sys_read" : "__arm64_sys_read";

    /** A way to attach a program to the return of a function: that of the library, or that of the system call which it waits in. */
    enum Return {
        URETPROBE("uretprobe", () -> Uprobe.onReturn(ProbedCalls.binary(), ProbedCalls.WAITING), () -> {}),
        URETPROBE_MULTI(
                "uretprobe.multi",
                () -> Uprobe.Multi.onReturn(ProbedCalls.binary(), ProbedCalls.WAITING),
                KernelFeature.UPROBE_MULTI),
        UPROBE_SESSION("uprobe.session", Return::functions, KernelFeature.UPROBE_SESSION),
        KRETPROBE("kretprobe", () -> Kprobe.onReturn(READ), KernelOption.KPROBES::assume),
        KRETPROBE_MULTI("kretprobe.multi", () -> Kprobe.Multi.onReturn(READ), KernelFeature.KPROBE_MULTI),
        KPROBE_SESSION("kprobe.session", () -> Kprobe.Multi.onEntry(READ), KernelFeature.KPROBE_SESSION),
        FEXIT("fexit/" + READ, Tracing::declared, KernelOption.FENTRY::assume);

        private final String section;

        @SuppressWarnings("ImmutableEnumChecker") // the function captures constants
        private final Supplier<Hook<? super Hook.AnyKind, KernelLink>> attachment;

        @SuppressWarnings("ImmutableEnumChecker") // the function captures a constant
        private final Runnable assumption;

        Return(String section, Supplier<Hook<? super Hook.AnyKind, KernelLink>> attachment, KernelFeature feature) {
            this(section, attachment, () -> KernelAssumptions.assume(feature));
        }

        Return(String section, Supplier<Hook<? super Hook.AnyKind, KernelLink>> attachment, Runnable assumption) {
            this.section = section;
            this.attachment = attachment;
            this.assumption = assumption;
        }

        private static Uprobe.Multi functions() {
            return Uprobe.Multi.onEntry(ProbedCalls.binary(), ProbedCalls.WAITING);
        }

        HitCounter loadFor(int thread) {
            return HitCounter.load(section, 0, "-DADDS=((__u32)bpf_get_current_pid_tgid() == " + thread + ")");
        }

        /** Whether the program runs at the entry of a function too. */
        boolean isSession() {
            return section.endsWith(".session");
        }

        /** Whether the program that replaces the other one during a call runs when this call returns. */
        boolean runsForRunningCalls() {
            return switch (this) {
                case URETPROBE -> !KernelFeature.UPROBE_SESSION.isPresent();
                case URETPROBE_MULTI -> true;
                case UPROBE_SESSION, KRETPROBE, KRETPROBE_MULTI, KPROBE_SESSION, FEXIT -> false;
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatIsRunningMayReturnWithoutAProgram(Return returned) throws Exception {
        LinkPin pin =
                LinkPin.at(fs.path("links/count")).withUnpinnedMaps().withReplacement(LinkPin.Replacement.OVERLAP);
        long[] counts = countOneCall(
                returned,
                old -> old.attach(returned.attachment.get(), pin).close(),
                next -> next.attach(returned.attachment.get(), pin).close());
        Nestmap.openPinnedLink(fs.path("links/count")).detach();

        assertThat(counts[0]).as("old program").isEqualTo(returned.isSession() ? 1 : 0);
        assertThat(counts[1]).as("new program").isEqualTo(returned.runsForRunningCalls() ? 1 : 0);
    }

    /**
     * The kernel replaces the trampoline of a function for each change of its programs. Until Linux 6.18, a running call leaves the old one
     * without its fexit programs. On Linux 7.3.4 it runs them. Versions between these were not tried.
     */
    @ParameterizedTest
    @EnumSource(names = {"URETPROBE", "URETPROBE_MULTI", "KRETPROBE", "KRETPROBE_MULTI", "FEXIT"})
    void aProgramThatStaysAttachedMissesARunningCallOfFexit(Return returned) throws Exception {
        long[] counts = countOneCall(
                returned,
                old -> old.attach(returned.attachment.get()),
                other -> other.attach(returned.attachment.get()));

        boolean mayMiss = returned == Return.FEXIT && !isAtLeast("7.3");
        boolean misses = mayMiss && !isAtLeast("6.19");
        assertThat(counts[0]).isBetween(mayMiss ? 0L : 1L, misses ? 0L : 1L);
    }

    private static boolean isAtLeast(String version) {
        return KernelAssumptions.isAtLeast(System.getProperty("os.version"), version);
    }

    /** Attaches one program before a call, and another one while the call is running. Returns what both have counted when it has returned. */
    private static long[] countOneCall(
            Return returned, Consumer<UntypedProgram> before, Consumer<UntypedProgram> during) throws Exception {
        returned.assumption.run();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        int thread = executor.submit(Descriptors::threadId).get();
        int[] socket = Descriptors.socketPair();
        ProbedCalls.Library library = ProbedCalls.open().library();
        try (HitCounter first = returned.loadFor(thread);
                HitCounter second = returned.loadFor(thread)) {
            before.accept(first.program());
            Future<Integer> call = executor.submit(() -> library.waiting_call(socket[0]));
            assertThat(library.await_call(socket[1])).isOne();
            SleepingThread.await(thread); // it has written its byte, so it sleeps only in the system call that reads
            during.accept(second.program());
            library.end_call(socket[1]);
            assertThat(call.get()).isOne();
            return new long[] {first.count(), second.count()};
        } finally {
            Descriptors.close(socket);
            executor.shutdown();
        }
    }
}
