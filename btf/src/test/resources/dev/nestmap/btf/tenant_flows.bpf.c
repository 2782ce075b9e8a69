/* SPDX-License-Identifier: GPL-2.0-only */
#include "tenant_flows.bpf.h"

static __noinline int helper(__u32 id)
{
	__u64 key = id;
	__s16 *value = bpf_map_lookup_elem(&score, &key);

	return value ? *value : 0;
}

SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u32 id = ctx->ingress_ifindex;
	struct flow_key key = {};
	void *flows = bpf_map_lookup_elem(&tenant, &id);
	struct flow *flow = flows ? bpf_map_lookup_elem(flows, &key) : 0;

	if (flow)
		__sync_fetch_and_add(&flow->packets, 1);
	return helper(id) ? XDP_DROP : XDP_PASS;
}

SEC("syscall")
int second(void *ctx)
{
	return helper(2);
}

SEC("xdp")
int another(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
