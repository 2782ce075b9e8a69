/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts packets in the inner map of their tenant, or as missed. */
#include "soaked.bpf.h"

struct packet {
	__u32 tenant;
	__u32 port;
	__u64 rest; /* the kernel requires packets of at least an Ethernet header */
};

SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct packet *packet = (void *)(long)ctx->data;
	struct flow_map *flows;
	__u64 *packets = NULL;

	if ((void *)(packet + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	flows = tenant_lookup(packet->tenant);
	if (flows)
		packets = flow_lookup_or_init(flows, packet->port, 0);
	if (!packets)
		packets = missed_lookup(0);
	if (!packets)
		return XDP_ABORTED;
	__sync_fetch_and_add(packets, 1);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
