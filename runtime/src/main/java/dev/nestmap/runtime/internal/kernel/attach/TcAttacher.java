/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Tc;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.LibbpfLog;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.program.AttachType;
import dev.nestmap.schema.program.AttachmentKind;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Attaches programs as filters of the queueing discipline {@code clsact}, which libbpf creates over netlink. */
final class TcAttacher {
    static final List<AttacherTable.Entry<?>> HOOKS =
            List.of(new AttacherTable.Entry<>(Tc.class, AttachmentKind.TC, TcAttacher::attach));

    // struct bpf_tc_hook
    private static final int HOOK_SIZE = 24;
    private static final int IFINDEX_AT = 8;
    private static final int ATTACH_POINT_AT = 12;
    private static final int BPF_TC_INGRESS = 1;
    private static final int BPF_TC_EGRESS = 2;

    // struct bpf_tc_opts
    private static final int OPTS_SIZE = 32;
    private static final int PROG_FD_AT = 8;
    private static final int FLAGS_AT = 12;
    private static final int PROG_ID_AT = 16;
    private static final int HANDLE_AT = 20;
    private static final int PRIORITY_AT = 24;
    private static final int BPF_TC_F_REPLACE = 1;

    /** The priorities that the kernel chooses for the first filters of a hook, from this one down ({@code tcf_auto_prio}). */
    private static final int FIRST_PRIORITY = 0xc000;

    private static final int CHOSEN_PRIORITIES = 8;

    private TcAttacher() {}

    static KernelAttachment attach(NativeProgram program, Tc tc, AttachErrors errors) {
        errors.requireAttachType(NetworkAttacher.type(tc.direction()));
        LibBpf libbpf = NativeLibraries.libbpf();
        OffHeapBlock hook = hook(tc, errors);
        OffHeapBlock opts = opts(tc.handle(), tc.priority());
        opts.bytes().putInt(PROG_FD_AT, program.fd());
        opts.bytes().putInt(FLAGS_AT, tc.replace() ? BPF_TC_F_REPLACE : 0);
        try (LibbpfLog.Capture log = LibbpfLog.capture()) {
            int created = hook.call(libbpf::bpf_tc_hook_create);
            if (created < 0 && created != -ErrnoNumbers.EEXIST) {
                throw errors.refused(-created, log.forException());
            }
            int attached = hook.call(at -> opts.call(filter -> libbpf.bpf_tc_attach(at, filter)));
            if (attached < 0) {
                throw errors.refused(-attached, log.forException());
            }
            log.discard(); // libbpf warns if clsact exists already
            int id = program.info().id();
            int handle = opts.bytes().getInt(HANDLE_AT);
            int priority = opts.bytes().getInt(PRIORITY_AT);
            return KernelAttachment.withoutLink(() -> remove(hook, id, handle, priority));
        }
    }

    private static OffHeapBlock hook(Tc tc, AttachErrors errors) {
        OffHeapBlock hook = OffHeapBlock.allocate(HOOK_SIZE);
        hook.bytes().putLong(0, HOOK_SIZE);
        hook.bytes().putInt(IFINDEX_AT, NetworkAttacher.index(tc.interfaceName(), errors));
        boolean isIngress = NetworkAttacher.type(tc.direction()) == AttachType.TCX_INGRESS;
        hook.bytes().putInt(ATTACH_POINT_AT, isIngress ? BPF_TC_INGRESS : BPF_TC_EGRESS);
        return hook;
    }

    /**
     * The filter of a hook that has a program, with its priority and handle, and that the new filter does not replace. Looks for filters with
     * numbers that the kernel has chosen, and for one with those of the new filter: libbpf can't list them. Empty if there is none.
     */
    static Optional<Tc> filterOf(Tc tc, int program, AttachErrors errors) {
        OffHeapBlock hook = hook(tc, errors);
        int handle = tc.handle() == 0 ? 1 : tc.handle();
        return IntStream.concat(
                        IntStream.of(tc.priority()).filter(priority -> priority != 0),
                        IntStream.range(0, CHOSEN_PRIORITIES).map(i -> FIRST_PRIORITY - i))
                .boxed()
                .flatMap(priority -> IntStream.of(handle, 1)
                        .distinct()
                        .mapToObj(number -> new Tc(tc.interfaceName(), tc.direction(), priority, number, tc.replace())))
                .filter(filter -> !(tc.replace() && filter.equals(tc)))
                .filter(filter -> programOf(hook, filter.handle(), filter.priority()) == program)
                .findFirst();
    }

    /** The id of a filter's program; 0 if there is no such filter. */
    private static int programOf(OffHeapBlock hook, int handle, int priority) {
        OffHeapBlock found = opts(handle, priority);
        try (LibbpfLog.Capture log = LibbpfLog.capture()) {
            int result = hook.call(
                    at -> found.call(filter -> NativeLibraries.libbpf().bpf_tc_query(at, filter)));
            log.discard(); // libbpf warns if there is none
            return result == 0 ? found.bytes().getInt(PROG_ID_AT) : 0;
        }
    }

    /**
     * Removes the filter if it still has the program. The ids of programs are the same in all network namespaces, so a thread in another
     * namespace never removes a filter of somebody else.
     */
    private static void remove(OffHeapBlock hook, int program, int handle, int priority) {
        if (programOf(hook, handle, priority) == program) {
            OffHeapBlock opts = opts(handle, priority);
            try (LibbpfLog.Capture log = LibbpfLog.capture()) {
                hook.call(at -> opts.call(filter -> NativeLibraries.libbpf().bpf_tc_detach(at, filter)));
                log.discard();
            }
        }
    }

    private static OffHeapBlock opts(int handle, int priority) {
        OffHeapBlock opts = OffHeapBlock.allocate(OPTS_SIZE);
        opts.bytes().putLong(0, OPTS_SIZE);
        opts.bytes().putInt(HANDLE_AT, handle);
        opts.bytes().putInt(PRIORITY_AT, priority);
        return opts;
    }
}
