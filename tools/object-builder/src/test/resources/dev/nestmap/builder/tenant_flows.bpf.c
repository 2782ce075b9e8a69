/* SPDX-License-Identifier: GPL-2.0-only */
#include "tenant_flows.bpf.h"

SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct flow_key key = {};
	struct flow *flow = tenant_flow_lookup(ctx->ingress_ifindex, &key);

	if (flow)
		__sync_fetch_and_add(&flow->packets, 1);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
