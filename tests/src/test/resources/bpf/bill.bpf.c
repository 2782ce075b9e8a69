/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts the UDP packets of each customer, whose number is the last byte of the address. LATER selects the next version of the records. */
#ifdef LATER
#include "bill_later.bpf.h"
#else
#include "bill.bpf.h"
#endif
#include <bpf/bpf_endian.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>

struct headers {
	struct ethhdr eth;
	struct iphdr ip;
} __attribute__((packed));

SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct headers *packet = (void *)(long)ctx->data;
	struct usage by = { .packets = 1 };
	struct usage_map *usage;

	if ((void *)(packet + 1) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	if (packet->eth.h_proto != bpf_htons(ETH_P_IP) || packet->ip.protocol != IPPROTO_UDP)
		return XDP_PASS;
	usage = customer_lookup_or_request(bpf_ntohl(packet->ip.daddr) & 0xff);
	if (!usage)
		return XDP_PASS;
	by.bytes = bpf_ntohs(packet->ip.tot_len);
#ifdef LATER
	by.large = by.bytes > 100;
#endif
	usage_add(usage, packet->ip.saddr, &by);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
