/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts UDP packets per flow, for each tenant's port. next_fleet.bpf.c defines LARGE and includes this file. */
#ifndef LARGE
#include "fleet.bpf.h"
#endif
#include <bpf/bpf_endian.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

SEC("xdp")
int count(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);
	struct flow_map *flows;
	struct flow init = {}, *flow;

	if ((void *)(udp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) || ip->ihl != 5 ||
	    ip->protocol != IPPROTO_UDP)
		return XDP_PASS;
	flows = tenant_lookup(bpf_ntohs(udp->dest));
	if (!flows)
		return XDP_PASS;

	struct flow_key key = {
		.source = ip->saddr,
		.destination = ip->daddr,
		.source_port = udp->source,
		.destination_port = udp->dest,
	};
	flow = flow_lookup_or_init(flows, &key, &init);
	if (flow) {
		__sync_fetch_and_add(&flow->packets, 1);
		__sync_fetch_and_add(&flow->bytes, bpf_ntohs(udp->len));
#ifdef LARGE
		if (bpf_ntohs(udp->len) >= LARGE)
			__sync_fetch_and_add(&flow->large, 1);
#endif
	}
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
