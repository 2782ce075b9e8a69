/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.attach.Attachment;
import dev.nestmap.runtime.attach.Kprobe;
import dev.nestmap.runtime.attach.KprobeMulti;
import dev.nestmap.runtime.attach.Tracing;
import dev.nestmap.runtime.attach.Uprobe;
import dev.nestmap.runtime.attach.UprobeMulti;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.program.LinkPin;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelOption;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
        URETPROBE_MULTI("uretprobe.multi", () -> functions().onReturn(), KernelFeature.UPROBE_MULTI),
        UPROBE_SESSION("uprobe.session", Return::functions, KernelFeature.UPROBE_SESSION),
        KRETPROBE("kretprobe", () -> Kprobe.onReturn(READ), KernelOption.KPROBES::assume),
        KRETPROBE_MULTI("kretprobe.multi", () -> KprobeMulti.functions(READ).onReturn(), KernelFeature.KPROBE_MULTI),
        KPROBE_SESSION("kprobe.session", () -> KprobeMulti.functions(READ), KernelFeature.KPROBE_SESSION),
        FEXIT("fexit/" + READ, Tracing::declared, KernelOption.FENTRY::assume);

        private final String section;

        @SuppressWarnings("ImmutableEnumChecker") // the function captures constants
        private final Supplier<Attachment> attachment;

        @SuppressWarnings("ImmutableEnumChecker") // the function captures a constant
        private final Runnable assumption;

        Return(String section, Supplier<Attachment> attachment, KernelFeature feature) {
            this(section, attachment, () -> KernelAssumptions.assume(feature));
        }

        Return(String section, Supplier<Attachment> attachment, Runnable assumption) {
            this.section = section;
            this.attachment = attachment;
            this.assumption = assumption;
        }

        private static UprobeMulti functions() {
            return UprobeMulti.functions(ProbedCalls.binary(), ProbedCalls.WAITING);
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
        returned.assumption.run();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        int thread = executor.submit(Descriptors::threadId).get();
        int[] socket = Descriptors.socketPair();
        ProbedCalls.Library library = ProbedCalls.open().library();
        LinkPin pin = LinkPin.at(fs.path("links/count")).replacing(LinkPin.Replacement.OVERLAP);
        try (HitCounter old = returned.loadFor(thread);
                HitCounter next = returned.loadFor(thread)) {
            old.program().attach(returned.attachment.get(), pin).close();
            Future<Integer> call = executor.submit(() -> library.waiting_call(socket[0]));
            assertThat(library.await_call(socket[1])).isOne();
            SleepingThread.await(thread); // it has written its byte, so it sleeps only in the system call that reads
            next.program().attach(returned.attachment.get(), pin).close();
            library.end_call(socket[1]);
            assertThat(call.get()).isOne();
            LoadedObject.openPinnedLink(fs.path("links/count")).detach();

            System.out.printf("%s: old %d, new %d%n", returned, old.count(), next.count());
            assertThat(old.count()).isEqualTo(returned.isSession() ? 1 : 0);
            assertThat(next.count()).isEqualTo(returned.runsForRunningCalls() ? 1 : 0);
        } finally {
            Descriptors.close(socket);
            executor.shutdown();
        }
    }
}
