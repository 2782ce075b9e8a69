/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts the calls of close(2) that fail with EBADF, of the processes that have an entry. */
#include "failed_closes.bpf.h"

#define EBADF 9

/* The number of close, and where the kernel keeps the number of the call: orig_ax and syscallno in struct pt_regs. */
#ifdef __TARGET_ARCH_x86
#define CLOSE 3
#define NUMBER_AT 120
#else
#define CLOSE 57
#define NUMBER_AT 280
#endif

SEC("raw_tp/sys_exit")
int count_failure(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 process = bpf_get_current_pid_tgid() >> 32;
	__u64 *count = failed_close_lookup(process);
	__u32 number = 0;

	if (!count || (long)ctx->args[1] != -EBADF)
		return 0;
	bpf_probe_read_kernel(&number, sizeof(number), (void *)(ctx->args[0] + NUMBER_AT));
	if (number == CLOSE)
		__sync_fetch_and_add(count, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
