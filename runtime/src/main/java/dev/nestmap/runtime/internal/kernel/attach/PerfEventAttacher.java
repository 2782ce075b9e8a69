/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.PerfEvent;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.natives.PerfEventOpener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Attaches programs to perf events. */
final class PerfEventAttacher {
    private static final String NO_SUCH_EVENT =
            "this machine does not count the event: virtual machines often have no hardware events; perf list shows what there is";
    private static final Map<Errno, String> ERRORS = Map.of(
            Errno.ENOENT,
            NO_SUCH_EVENT,
            Errno.EOPNOTSUPP,
            NO_SUCH_EVENT,
            Errno.ENODEV,
            "the CPU is offline, or this machine does not count the event",
            Errno.ESRCH,
            "there is no process with this id",
            Errno.EINVAL,
            "there is no such CPU, or the frequency is higher than the sysctl kernel.perf_event_max_sample_rate");

    private PerfEventAttacher() {}

    static KernelAttachment attach(NativeProgram program, PerfEvent event, AttachErrors errors) {
        PerfEventOpener opener = new PerfEventOpener(event.type(), event.config());
        if (event.frequency() == 0) {
            opener.period(event.period());
        } else {
            opener.frequency(event.frequency());
        }
        int fd = opener.open(PerfEventOpener.idOrAny(event.thread()), PerfEventOpener.idOrAny(event.cpu()));
        if (fd >= 0) {
            fd = PerfEventOpener.link(program.fd(), fd, 0);
        }
        return errors.link(fd, ERRORS);
    }

    static KernelAttachment attach(NativeProgram program, PerfEvent.OnEachCpu event, AttachErrors errors) {
        List<KernelAttachment> links = new ArrayList<>();
        try {
            for (int cpu : OnlineCpus.numbers()) {
                links.add(attach(program, event.onCpu(cpu), errors));
            }
            return new LinkGroup(List.copyOf(links));
        } catch (Throwable e) { // even after an Error, no CPU may keep its link
            links.forEach(KernelAttachment::end);
            throw e;
        }
    }

    /** The links of one attachment that needs several. */
    private record LinkGroup(List<KernelAttachment> links) implements KernelAttachment {
        @Override
        public void end() {
            links.forEach(KernelAttachment::end);
        }
    }
}
