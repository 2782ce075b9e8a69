/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static dev.nestmap.btf.Architecture.ARM64;
import static dev.nestmap.btf.Architecture.X86;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The types of an object tell the architecture that it was compiled for. */
@Tag("clang")
class RegisterTypesTest {
    private static final String X86_HEADERS = """
            #include <linux/bpf.h>
            struct pt_regs { unsigned long r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi, orig_rax, rip, cs, eflags, rsp, ss; };
            #include <bpf/bpf_helpers.h>
            #include <bpf/bpf_tracing.h>
            """;

    @EveryClang
    void knowsTheRegistersOfTheKernelsHeaders(BpfClang clang) {
        byte[] object = clang.compile(
                X86_HEADERS + "SEC(\"kprobe/x\") int BPF_KPROBE(probe, int directory) { return directory; }",
                "-D__TARGET_ARCH_x86");

        assertThat(parse(object).architecture()).contains(X86);
    }

    /** In the kernel's own struct, the registers are in a union without a name. */
    @Test
    void knowsTheRegistersOfVmlinux() {
        byte[] object = BpfClang.newest().compile("""
                #include <linux/bpf.h>
                struct user_pt_regs { unsigned long long regs[31], sp, pc, pstate; };
                struct pt_regs { union { struct user_pt_regs user_regs; struct { unsigned long long regs[31], sp, pc, pstate; }; }; };
                #include <bpf/bpf_helpers.h>
                SEC("kprobe/x") int probe(struct pt_regs *ctx) { return ctx->regs[0]; }
                """);

        assertThat(parse(object).architecture()).contains(ARM64);
    }

    /** Arm64's headers only declare {@code pt_regs}, and a context may have no type at all: the registers are nowhere but in a cast. */
    @EveryClang
    void knowsRegistersToWhichAProgramCastsItsContext(BpfClang clang) {
        String arm64 = BpfClang.INCLUDES + "struct user_pt_regs { unsigned long long regs[31], sp, pc, pstate; };\n"
                + "#include <bpf/bpf_tracing.h>\n";
        String typed = "SEC(\"kprobe/x\") int BPF_KPROBE(probe, int directory) { return directory; }";
        String untyped = "SEC(\"kprobe/x\") int probe(void *ctx) { return PT_REGS_PARM1((struct pt_regs *) ctx); }";

        assertThat(parse(clang.compile(arm64 + typed, "-D__TARGET_ARCH_arm64")).architecture())
                .contains(ARM64);
        assertThat(parse(clang.compile(arm64 + untyped, "-D__TARGET_ARCH_arm64"))
                        .architecture())
                .contains(ARM64);
        assertThat(parse(clang.compile(X86_HEADERS + untyped, "-D__TARGET_ARCH_x86"))
                        .architecture())
                .contains(X86);
    }

    /** With {@code vmlinux.h}, the debug information describes the registers of every task. */
    @EveryClang
    void anyMachineMayLoadProgramsThatReadTypesOfTheKernel(BpfClang clang) {
        String program = BpfClang.INCLUDES
                + "#line 1 \"vmlinux.h\"\n"
                + "struct pt_regs { long r15, di; } __attribute__((preserve_access_index));\n"
                + "struct task_struct { int pid; struct pt_regs *registers; } __attribute__((preserve_access_index));\n"
                + "#line 1 \"probe.bpf.c\"\n"
                + "SEC(\"tp_btf/sched_switch\") int p(unsigned long long *ctx)"
                + " { return ((struct task_struct *) ctx[1])->pid; }";

        assertThat(parse(clang.compile(program)).architecture()).isEmpty();
    }

    /** A program without registers, one that only knows the name of the struct, and one that finds its registers when it is loaded. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SEC(\"xdp\") int p(struct xdp_md *ctx) { return XDP_PASS; }",
                "struct pt_regs; SEC(\"kprobe/x\") int p(struct pt_regs *ctx) { return 0; }",
                "struct pt_regs { long r15, di; } __attribute__((preserve_access_index));"
                        + " SEC(\"kprobe/x\") int p(struct pt_regs *ctx) { return ctx->di; }",
                "struct pt_regs { long r15, di; };"
                        + " struct pt_regs___new { long di; } __attribute__((preserve_access_index));"
                        + " SEC(\"kprobe/x\") int p(struct pt_regs *ctx) { return ((struct pt_regs___new *)(void *)ctx)->di; }",
            })
    void anyMachineMayLoadOtherObjects(String program) {
        assertThat(parse(BpfClang.newest().compile(BpfClang.INCLUDES + program)).architecture())
                .isEmpty();
    }

    @Test
    void hasNamesForUsers() {
        assertThat(Architecture.of("amd64")).contains(X86);
        assertThat(Architecture.of("arm64")).contains(ARM64);
        assertThat(Architecture.of("aarch64")).contains(ARM64);
        assertThat(Architecture.of("sparcv9")).isEmpty();
        assertThat(Architecture.ofThisMachine()).isPresent();
    }

    private static ObjectFile parse(byte[] object) {
        return ObjectFile.parse("test.bpf.o", object);
    }
}
