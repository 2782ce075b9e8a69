/* SPDX-License-Identifier: GPL-2.0-only */
#include "visitors.bpf.h"
#include <bpf/bpf_endian.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

SEC("xdp")
int count(struct xdp_md *context)
{
	void *end = (void *)(long)context->data_end;
	struct ethhdr *ethernet = (void *)(long)context->data;
	struct iphdr *ip = (void *)(ethernet + 1);
	struct udphdr *udp = (void *)(ip + 1);
	struct visit_map *visits;

	if ((void *)(udp + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP) || ip->ihl != 5 || ip->protocol != IPPROTO_UDP ||
	    (ip->frag_off & bpf_htons(0x1fff))) /* a later fragment has no ports */
		return XDP_PASS;
	visits = site_lookup_or_request(bpf_ntohs(udp->dest));
	if (!visits)
		return XDP_PASS; /* the helper has requested the map and counted the miss */
	visit_add(visits, ip->saddr, 1);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
