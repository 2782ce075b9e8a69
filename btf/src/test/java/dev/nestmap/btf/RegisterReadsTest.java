/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static dev.nestmap.btf.Architecture.ARM64;
import static dev.nestmap.btf.Architecture.LOONGARCH;
import static dev.nestmap.btf.Architecture.RISCV;
import static dev.nestmap.btf.Architecture.S390;
import static dev.nestmap.btf.Architecture.X86;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects that read registers are found, with the architecture that they were built for. */
@Tag("jdk-independent")
class RegisterReadsTest {
    private static final String X86_HEADERS = """
            #include <linux/bpf.h>
            struct pt_regs { unsigned long r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi, orig_rax, rip, cs, eflags, rsp, ss; };
            #include <bpf/bpf_helpers.h>
            #include <bpf/bpf_tracing.h>
            """;

    private static final String ARM64_HEADERS = """
            #include <linux/bpf.h>
            struct user_pt_regs { unsigned long long regs[31], sp, pc, pstate; };
            #include <bpf/bpf_helpers.h>
            #include <bpf/bpf_tracing.h>
            """;

    private static final String PROBE = """
            SEC("kprobe/do_unlinkat")
            int BPF_KPROBE(probe, int directory, void *name) { return directory + !name; }
            """;

    @EveryClang
    void knowsTheArchitectureOfMacros(BpfClang clang) {
        ObjectFile x86 = parse(clang.compile(X86_HEADERS + PROBE, "-D__TARGET_ARCH_x86"));
        ObjectFile other = parse(clang.compile(ARM64_HEADERS + PROBE, "-D__TARGET_ARCH_arm64"));

        assertThat(x86.registerReaders()).containsExactly("probe");
        assertThat(x86.architectures()).containsExactly(X86);
        assertThat(other.registerReaders()).containsExactly("probe");
        if (clang.target().equals("bpfeb")) {
            assertThat(other.architectures()).containsExactly(S390);
        } else {
            assertThat(other.architectures()).containsExactlyInAnyOrder(ARM64, RISCV, LOONGARCH);
        }
    }

    @Test
    void takesTheArchitectureFromTheNameOfTheFile() {
        byte[] object = BpfClang.newest().compile(ARM64_HEADERS + PROBE, "-D__TARGET_ARCH_arm64");
        ObjectFile named = ObjectFile.parse("/tmp/probe.arm64.bpf.o", object);

        assertThat(named.architectures()).containsExactly(ARM64);
        assertThat(named.schema().header()).isEqualTo("probe");
    }

    /** In the kernel's own struct, the registers are in a union without a name. */
    @Test
    void knowsTheRegistersOfVmlinux() {
        String source = """
                #include <linux/bpf.h>
                struct user_pt_regs { unsigned long long regs[31], sp, pc, pstate; };
                struct pt_regs { union { struct user_pt_regs user_regs; struct { unsigned long long regs[31], sp, pc, pstate; }; }; };
                #include <bpf/bpf_helpers.h>
                SEC("kprobe/x") int probe(struct pt_regs *ctx) { return ctx->regs[0]; }
                """;

        ObjectFile object = parse(BpfClang.newest().compile(source));

        assertThat(object.registerReaders()).containsExactly("probe");
        assertThat(object.architectures()).containsExactly(ARM64);
    }

    /** The context in another register, on the stack, in a function of the object, and as an address that the kernel reads. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SEC(\"uprobe\") int p(struct pt_regs *ctx) { if (bpf_get_prandom_u32()) return 0; return ctx->rdi; }",
                "static __attribute__((noinline)) long f(int a, struct pt_regs *ctx) { return ctx->rdi + a; }"
                        + " SEC(\"kprobe/x\") int p(struct pt_regs *ctx) { return f(bpf_get_prandom_u32(), ctx); }",
                "__attribute__((noinline)) long f(struct pt_regs *ctx) { return ctx->rdi; }"
                        + " SEC(\"kprobe/x\") int p(struct pt_regs *ctx) { return f(ctx); }",
                "SEC(\"kprobe/x\") int p(struct pt_regs *ctx) { long v = 0; bpf_probe_read_kernel(&v, 8, &ctx->rdi); return v; }",
                "SEC(\"kprobe/x\") int p(struct pt_regs *ctx) { long v = 0; bpf_probe_read_kernel(&v, 8, ctx); return v; }",
                "SEC(\"kretprobe/x\") int p(struct pt_regs *ctx) { struct pt_regs *volatile saved = ctx; bpf_get_prandom_u32();"
                        + " return saved->rax; }",
                "SEC(\"perf_event\") int p(struct { struct pt_regs regs; __u64 period; } *ctx) { return ctx->period; }",
            })
    void findsReads(String program) {
        assertThat(parse(BpfClang.newest().compile(X86_HEADERS + program, "-Wno-visibility"))
                        .registerReaders())
                .containsExactly("p");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SEC(\"kprobe/x\") int p(struct pt_regs *ctx) { return bpf_get_func_ip(ctx); }",
                "static __attribute__((noinline)) long f(void *ctx) { return bpf_get_attach_cookie(ctx); }"
                        + " SEC(\"kprobe.multi/x\") int p(struct pt_regs *ctx) { return f(ctx) + f(ctx); }",
                "SEC(\"xdp\") int p(struct xdp_md *ctx) { return ctx->data_end - ctx->data > 14 ? XDP_PASS : XDP_DROP; }",
                "SEC(\"tracepoint/x/y\") int p(long *ctx) { return ctx[3]; }",
                "SEC(\"fentry/do_unlinkat\") int BPF_PROG(p, int directory) { return directory; }",
                "#include <stdbool.h>\n#include <bpf/usdt.bpf.h>\n SEC(\"usdt//bin/true:a:b\") int p(struct pt_regs *ctx) { long v = 0; bpf_usdt_arg(ctx, 0, &v);"
                        + " return v; }",
            })
    void leavesOtherProgramsAlone(String program) {
        assertThat(parse(BpfClang.newest().compile(X86_HEADERS + program, "-D__TARGET_ARCH_x86"))
                        .registerReaders())
                .isEmpty();
    }

    /** Such a program chooses between the registers of several architectures when it is loaded. */
    @Test
    void leavesProgramsAloneThatAskForRegisters() {
        String program = """
                struct pt_regs___x86 { unsigned long rdi; } __attribute__((preserve_access_index));
                SEC("kprobe/x") int p(struct pt_regs *ctx)
                {
                	struct pt_regs___x86 *x86 = (void *)ctx;
                	return __builtin_preserve_field_info(x86->rdi, 2) ? x86->rdi : 0;
                }
                """;

        assertThat(parse(BpfClang.newest().compile(X86_HEADERS + program)).registerReaders())
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

    /** Damaged instructions may hide a read, but end neither in an exception nor in an endless loop. */
    @Test
    void survivesDamagedInstructions() {
        byte[] object = BpfClang.newest().compile(X86_HEADERS + PROBE, "-D__TARGET_ARCH_x86");
        Elf.Section code =
                Elf.parse("x.o", object).section("kprobe/do_unlinkat").orElseThrow();
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = object.clone();
            for (int i = random.nextInt(8); i >= 0; i--) {
                damaged[code.bytes().start() + random.nextInt((int) code.bytes().length())] = (byte) random.nextInt();
            }
            assertThat(RegisterReads.in(Elf.parse("x.o", damaged))).isSubsetOf("probe");
        }
    }

    private static ObjectFile parse(byte[] object) {
        return ObjectFile.parse("test.bpf.o", object);
    }
}
