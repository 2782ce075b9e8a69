/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.KernelObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/**
 * What a kernel lets programs attach to, or not, however new it is: by how it was built and started. Found out by attaching a
 * program, once. With {@code -Dkernel.options=all} a test fails where it would be skipped: {@code bin/test-kernels} says so of
 * kernels that have them all.
 */
public enum KernelOption {
    /** Functions of the kernel, called by a trampoline. */
    FENTRY("fentry/security_file_open", "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS, for it to load fentry programs"),

    /** Functions of the kernel, by a breakpoint. */
    KPROBES("kprobe/security_file_open", "CONFIG_KPROBES and a mounted tracefs"),

    /** Tracepoints by their names and categories, as perf events. */
    TRACEPOINTS("tp/syscalls/sys_enter_openat", "CONFIG_FTRACE_SYSCALLS and a mounted tracefs"),

    /** Hooks of security modules. */
    LSM("lsm/file_open", "CONFIG_BPF_LSM, and bpf in its list of security modules (lsm= at its start)");

    private static final boolean ALL = "all".equals(System.getProperty("kernel.options"));
    private static final Map<KernelOption, String> FOUND = new ConcurrentHashMap<>();

    private final String section;
    private final String needs;

    KernelOption(String section, String needs) {
        this.section = section;
        this.needs = needs;
    }

    /** Skips the test that calls this where the kernel does not let such programs attach. */
    public void assume() {
        assume(FOUND.computeIfAbsent(this, KernelOption::probe), ALL);
    }

    /** The same, when that is why it does not, and it should or not; no text is that it does. */
    void assume(String obstacle, boolean required) {
        if (obstacle.isEmpty()) {
            return;
        }
        String lacking = "this kernel has no " + this + ": it takes " + needs + " (" + obstacle + ")";
        if (required) {
            throw new AssertionError(lacking);
        }
        Assumptions.abort(lacking);
    }

    private String probe() {
        byte[] elf = Clang.object("option.bpf.c", "-DSECTION=\"" + section + "\"");
        try {
            KernelObject object = KernelObject.load("option", elf);
            try {
                object.programs().get(0).attach().close();
                return "";
            } finally {
                object.close();
            }
        } catch (BpfException e) {
            return String.valueOf(e.errno());
        }
    }
}
