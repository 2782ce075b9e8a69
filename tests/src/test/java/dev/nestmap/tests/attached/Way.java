/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.runtime.testing.KernelOption;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.Clang;

/** The ways in which a program can see files being opened: each is an object with a program {@code open}. */
enum Way {
    KPROBE("attached_kprobe", KernelOption.KPROBES),
    TRACEPOINT("attached_tracepoint", KernelOption.TRACEPOINTS),
    FENTRY("attached_fentry", KernelOption.FENTRY),
    LSM("attached_lsm", KernelOption.LSM),
    SLEEPABLE_LSM("attached_sleepable", KernelOption.LSM);

    private final String object;
    private final KernelOption option;

    Way(String object, KernelOption option) {
        this.object = object;
        this.option = option;
    }

    /** The object, with its program attached; the test is skipped where the kernel does not let it. */
    AttachedBpf attach() {
        return attach(Clang.newest());
    }

    /** The same as this clang compiles it. */
    AttachedBpf attach(Clang clang) {
        AttachedBpf bpf = load(clang);
        bpf.program("open").attach();
        return bpf;
    }

    /** The object alone. */
    AttachedBpf load() {
        return load(Clang.newest());
    }

    private AttachedBpf load(Clang clang) {
        option.assume();
        return AttachedBpf.load(BpfObjects.of(object, clang));
    }
}
