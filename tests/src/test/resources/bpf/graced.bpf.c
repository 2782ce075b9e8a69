/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Runs for long, and says when it starts and ends. */
#include "graced.bpf.h"

#define MOST_LOOPS (8 << 20)

static long nothing(__u32 index, void *ctx)
{
	(void)index;
	(void)ctx;
	return 0;
}

SEC("xdp")
int run_long(struct xdp_md *ctx)
{
	__u64 *state = progress_lookup(0);

	(void)ctx;
	if (!state)
		return -1;
	*(volatile __u64 *)state = 1;
	bpf_loop(MOST_LOOPS, nothing, 0, 0);
	*(volatile __u64 *)state = 2;
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
