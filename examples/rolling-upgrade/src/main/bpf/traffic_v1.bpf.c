/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts UDP packets per sender, for each tenant's port. */
#include "traffic_v1.bpf.h"
#include "udp.h"

SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct udphdr *udp = udp_header(ctx);
	struct flow_map *flows;
	struct flow init = {}, *flow;

	if (!udp)
		return XDP_PASS;
	flows = tenant_lookup(bpf_ntohs(udp->dest));
	if (!flows)
		return XDP_PASS;
	flow = flow_lookup_or_init(flows, udp->source, &init);
	if (flow) {
		__sync_fetch_and_add(&flow->packets, 1);
		__sync_fetch_and_add(&flow->bytes, bpf_ntohs(udp->len));
	}
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
