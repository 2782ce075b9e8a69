/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts the calls of close(2) that fail with EBADF, of the processes that have an entry. Without close(-1), which can close no file. */
#include "failed_closes.bpf.h"

#define EBADF 9

/*
 * The number of close, and where the kernel keeps the number of the call (orig_ax and syscallno in struct pt_regs) and its first argument (di
 * and orig_x0).
 */
#ifdef __TARGET_ARCH_x86
#define CLOSE 3
#define NUMBER_AT 120
#define DESCRIPTOR_AT 112
#else
#define CLOSE 57
#define NUMBER_AT 280
#define DESCRIPTOR_AT 272
#endif

SEC("raw_tp/sys_exit")
int count_failure(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 process = bpf_get_current_pid_tgid() >> 32;
	__u64 *count = failed_close_lookup(process);
	__u32 number = 0;
	__s32 descriptor = -1;

	if (!count || (long)ctx->args[1] != -EBADF)
		return 0;
	bpf_probe_read_kernel(&number, sizeof(number), (void *)(ctx->args[0] + NUMBER_AT));
	bpf_probe_read_kernel(&descriptor, sizeof(descriptor), (void *)(ctx->args[0] + DESCRIPTOR_AT));
	if (number == CLOSE && descriptor >= 0)
		__sync_fetch_and_add(count, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
