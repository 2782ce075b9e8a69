/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Programs that jump to each other. Each returns its own number. */
#include "stages.bpf.h"

SEC("xdp")
int start(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &step, STAGE_PARSE);
	return 1;
}

SEC("xdp")
int parse(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &step, STAGE_COUNT);
	return 10;
}

SEC("xdp")
int count_one(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &step, STAGE_DROP);
	return 20;
}

SEC("xdp")
int drop_all(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &plain, 3);
	return 30;
}

SEC("xdp")
int on_drop(struct xdp_md *ctx)
{
	(void)ctx;
	return 102;
}

SEC("socket")
int another_type(struct __sk_buff *skb)
{
	(void)skb;
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
