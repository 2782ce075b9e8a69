/* SPDX-License-Identifier: Apache-2.0 */
#include "visits.bpf.h"
#include <bpf/bpf_endian.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

SEC("xdp") /* a site for each port; all its visits are of page 0 */
int count(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);

	if ((void *)(udp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) || ip->ihl != 5 || ip->protocol != IPPROTO_UDP ||
	    (ip->frag_off & bpf_htons(0x1fff))) /* a later fragment has no ports */
		return XDP_PASS;
	site_visit_add(bpf_ntohs(udp->dest), 0, 1);
	return XDP_PASS;
}

SEC("xdp") /* its name is not the name of an environment variable */
int count_other(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
