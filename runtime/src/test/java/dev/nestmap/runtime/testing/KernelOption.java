/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.object.KernelObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/**
 * Attach targets that depend on how a kernel was built and started, and not on its version. A probe attaches a program, once. With
 * {@code -Dkernel.options=all} a test fails instead of being skipped: {@code bin/test-kernels} sets this for kernels that have all options.
 */
public enum KernelOption {
    /** Kernel functions, through trampolines. */
    FENTRY(
            "fentry/security_file_open",
            "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS, for it to load fentry programs; on arm64 since Linux 6.4"),

    /** Kernel functions, through breakpoints. */
    KPROBES("kprobe/security_file_open", "CONFIG_KPROBES and a mounted tracefs"),

    /** Tracepoints with category and name, as perf events. */
    TRACEPOINTS("tp/syscalls/sys_enter_openat", "CONFIG_FTRACE_SYSCALLS and a mounted tracefs"),

    /** Hooks of security modules. */
    LSM(
            "lsm/file_open",
            "CONFIG_BPF_LSM, bpf in its list of security modules (lsm= at its start), and on arm64 Linux 6.4 or newer");

    private static final boolean ALL = "all".equals(System.getProperty("kernel.options"));

    private static final Map<KernelOption, String> FOUND = new ConcurrentHashMap<>();

    private final String section;
    private final String needs;

    KernelOption(String section, String needs) {
        this.section = section;
        this.needs = needs;
    }

    /** Skips the calling test if the kernel can't attach such programs. */
    public void assume() {
        boolean possible = isPossible(System.getProperty("os.arch"), System.getProperty("os.version"));
        assume(obstacle(), ALL && possible);
    }

    /** Whether the kernel can attach such programs. */
    public boolean isPresent() {
        return obstacle().isEmpty();
    }

    private String obstacle() {
        return FOUND.computeIfAbsent(this, KernelOption::probe);
    }

    /**
     * Whether some kernel of this version has the option. Programs that run through trampolines need direct calls, which came to arm64 with
     * Linux 6.4 ("arm64: ftrace: Add direct call support").
     */
    boolean isPossible(String architecture, String version) {
        boolean usesTrampoline = this == FENTRY || this == LSM;
        return !usesTrampoline || !"aarch64".equals(architecture) || KernelAssumptions.isAtLeast(version, "6.4");
    }

    /** Skips or fails the test because of the obstacle. An empty text means that there is no obstacle. */
    void assume(String obstacle, boolean required) {
        if (obstacle.isEmpty()) {
            return;
        }
        String lacking = "this kernel has no " + this + ": it needs " + needs + " (" + obstacle + ")";
        if (required) {
            throw new AssertionError(lacking);
        }
        Assumptions.abort(lacking);
    }

    private String probe() {
        byte[] elf = TestPrograms.object("option.bpf.c", "-DSECTION=\"" + section + "\"");
        try {
            KernelObject object = TestPrograms.load("option", elf);
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
