/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts UDP datagrams per sender, for each destination port. */
#include "new_tenants.bpf.h"
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
	struct talker_map *talkers;
	__u16 port;

	if ((void *)(udp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) || ip->ihl != 5 ||
	    ip->protocol != IPPROTO_UDP)
		return XDP_PASS;
	port = bpf_ntohs(udp->dest);
	if (port < tenant_ports.first || port > tenant_ports.last) {
		__sync_fetch_and_add(&ignored, 1);
		return XDP_PASS;
	}
	talkers = tenant_lookup_or_request(port);
	if (!talkers)
		return XDP_PASS; /* counted as missed; user space creates the map */

	talker_add(talkers, ip->saddr, 1);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
