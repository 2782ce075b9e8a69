/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Jumps to the stage in the first bytes of the packet. Each stage returns its own number. */
#include "pinned_stages.bpf.h"

SEC("xdp")
int start(struct xdp_md *ctx)
{
	__u32 *stage = (void *)(long)ctx->data;

	if ((void *)(stage + 1) > (void *)(long)ctx->data_end)
		return -1;
	bpf_tail_call(ctx, &step, *stage);
	return 1;
}

SEC("xdp")
int first(struct xdp_md *ctx)
{
	(void)ctx;
	return 100;
}

SEC("xdp")
int third(struct xdp_md *ctx)
{
	(void)ctx;
	return 102;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
