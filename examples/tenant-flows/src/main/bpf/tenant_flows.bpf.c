/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts UDP packets per flow, for each tenant's port. */
#include "tenant_flows.bpf.h"
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

	if ((void *)(udp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) || ip->ihl != 5 ||
	    ip->protocol != IPPROTO_UDP ||
	    (ip->frag_off & bpf_htons(0x1fff))) /* a later fragment has no ports */
		return XDP_PASS;

	struct flow_key key = {
		.source = ip->saddr,
		.destination = ip->daddr,
		.source_port = udp->source,
		.destination_port = udp->dest,
		.protocol = ip->protocol,
	};
	struct flow one = {.packets = 1, .bytes = bpf_ntohs(udp->len)};
	tenant_flow_add(bpf_ntohs(udp->dest), &key, &one);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
