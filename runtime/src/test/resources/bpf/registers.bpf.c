// SPDX-License-Identifier: Apache-2.0
// Reads an argument of a function, which is in another register on each architecture.
#include <linux/bpf.h>

#ifdef __TARGET_ARCH_x86
struct pt_regs {
	unsigned long r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
	unsigned long orig_rax, rip, cs, eflags, rsp, ss;
};
#else
struct user_pt_regs {
	unsigned long long regs[31], sp, pc, pstate;
};
struct pt_regs {
	struct user_pt_regs user_regs;
};
#endif

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

SEC("kprobe/do_unlinkat")
int BPF_KPROBE(probe, int directory)
{
	return directory;
}

SEC("xdp")
int pass(struct xdp_md *packet)
{
	return XDP_PASS;
}
