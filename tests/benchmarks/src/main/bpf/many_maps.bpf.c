/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts in inner maps, and requests those that are missing. */
#include "many_maps.bpf.h"

#define ETHERNET_HEADER 14

struct range {
	__u32 first;
	__u32 count;
};

static long count_one(__u32 index, void *ctx)
{
	struct range *range = ctx;
	struct count_map *counts = tenant_lookup_or_request(range->first + index);
	__u64 zero = 0, *packets;

	if (counts) {
		packets = count_lookup_or_init(counts, 1, zero);
		if (packets)
			__sync_fetch_and_add(packets, 1);
	}
	return 0;
}

/* The packet has a range of tenants after the Ethernet header. */
SEC("xdp")
int touch(struct xdp_md *ctx)
{
	struct range *in = (void *)(long)ctx->data + ETHERNET_HEADER;
	struct range range;

	if ((void *)(in + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	range = *in;
	bpf_loop(range.count, count_one, &range, 0);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
