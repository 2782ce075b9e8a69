/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts UDP packets per sender, for each tenant's port. */
#include "traffic_v1.bpf.h"
#include "udp.h"

SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct udphdr *udp = udp_header(ctx);

	if (!udp)
		return XDP_PASS;

	struct flow one = {
		.packets = 1,
		.bytes = bpf_ntohs(udp->len),
	};
	tenant_flow_add(bpf_ntohs(udp->dest), udp->source, &one);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
