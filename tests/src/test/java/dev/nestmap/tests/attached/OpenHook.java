/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.runtime.testing.KernelOption;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;

/** Hooks at which a program sees files being opened. Each has an object file with a program {@code open}. */
enum OpenHook {
    KPROBE("attached_kprobe", KernelOption.KPROBES),
    TRACEPOINT("attached_tracepoint", KernelOption.TRACEPOINTS),
    FENTRY("attached_fentry", KernelOption.FENTRY),
    LSM("attached_lsm", KernelOption.LSM),
    SLEEPABLE_LSM("attached_sleepable", KernelOption.LSM);

    private final String object;
    private final KernelOption option;

    OpenHook(String object, KernelOption option) {
        this.object = object;
        this.option = option;
    }

    /** Loads the object and attaches its program. Skips the test if the kernel lacks the hook. */
    AttachedBpf attach() {
        return attach(InstalledClang.newest());
    }

    /** Loads the object that this clang compiles, and attaches its program. Skips the test if the kernel lacks the hook. */
    AttachedBpf attach(InstalledClang clang) {
        AttachedBpf bpf = load(clang);
        bpf.program("open").attach();
        return bpf;
    }

    /** Loads the object without attaching its program. */
    AttachedBpf load() {
        return load(InstalledClang.newest());
    }

    private AttachedBpf load(InstalledClang clang) {
        option.assume();
        return AttachedBpf.load(BpfObjects.of(object, clang));
    }
}
