/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelOption;
import dev.nestmap.tests.toolchain.BpfObjects;

/** Hooks at which a program sees files being opened. Each has an object file with a program {@code open}. */
enum OpenHook {
    FENTRY(KernelOption.FENTRY, "attached_fentry", "fentry/security_file_open"),
    LSM(KernelOption.LSM, "attached_lsm", "lsm/file_open"),
    SLEEPABLE_LSM(KernelOption.LSM, "attached_calls", "lsm.s/file_open");

    private final KernelOption option;
    private final String object;
    private final String section;

    OpenHook(KernelOption option, String object, String section) {
        this.option = option;
        this.object = object;
        this.section = section;
    }

    /** Loads the object and attaches its program. Skips the test if the kernel lacks the hook. */
    AttachedBpf attach() {
        return attach(InstalledClang.newest());
    }

    /** Loads the object that this clang compiles, and attaches its program. Skips the test if the kernel lacks the hook. */
    AttachedBpf attach(InstalledClang clang) {
        option.assume();
        AttachedBpf bpf = AttachedBpf.load(BpfObjects.of(object, clang, "-DSECTION=\"" + section + "\""));
        bpf.program("open").attach();
        return bpf;
    }
}
