/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.KernelOption;
import dev.nestmap.tests.attached.Attached.Worker;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.util.function.BooleanSupplier;

/**
 * Hooks at which a program sees that a thread asks for a process group. Hardly any process does this, so a test knows the number of events:
 * the program counts them, or the kernel skips its run.
 */
enum CallHook {
    KPROBE("kprobe/security_task_getpgid", KernelOption.KPROBES),
    TRACEPOINT("tp/syscalls/sys_enter_getpgid", KernelOption.TRACEPOINTS),
    FENTRY("fentry/security_task_getpgid", KernelOption.FENTRY),
    LSM("lsm/task_getpgid", KernelOption.LSM);

    private final String section;
    private final KernelOption option;

    CallHook(String section, KernelOption option) {
        this.section = section;
        this.option = option;
    }

    /** Loads the object and attaches its program {@code open}. Skips the test if the kernel lacks the hook. */
    AttachedBpf attach() {
        return attach("open");
    }

    /** Loads the object and attaches one of its programs. Skips the test if the kernel lacks the hook. */
    AttachedBpf attach(String program) {
        option.assume();
        AttachedBpf bpf = AttachedBpf.load(BpfObjects.of("attached_calls", "-DSECTION=\"" + section + "\""));
        bpf.program(program).attach();
        return bpf;
    }

    /** Asks for a process group on the calling thread while the condition holds, and returns how often. */
    static long call(AttachedBpf bpf, BooleanSupplier more) {
        int thread = Descriptors.threadId();
        bpf.worker().put(new Worker(thread, FileOpener.TENANT));
        long calls = 0;
        while (more.getAsBoolean()) {
            Descriptors.askForProcessGroup(thread);
            calls++;
        }
        bpf.worker().remove((long) thread);
        return calls;
    }
}
