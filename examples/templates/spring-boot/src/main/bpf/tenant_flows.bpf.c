/* SPDX-License-Identifier: GPL-2.0-only */
#include "tenant_flows.bpf.h" /* generated from the records */
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

	if ((void *)(udp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) || ip->ihl != 5 || ip->protocol != IPPROTO_UDP ||
	    (ip->frag_off & bpf_htons(0x1fff))) /* a later fragment has no ports */
		return XDP_PASS;
	tenant_flow_add(bpf_ntohs(udp->dest), ip->saddr, 1); /* to the tenant's inner map, if it has one */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
