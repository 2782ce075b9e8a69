/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts in maps whose size user space gives at load. */
#include "sized.bpf.h"

SEC("xdp")
int count(struct xdp_md *ctx __attribute__((unused)))
{
	struct flow_map *flows = tenant_lookup(1);
	struct counter_map *counters = shard_lookup(1);
	__u64 *flow, *counter, *total;

	total = total_lookup(6);
	if (!flows || !counters || !total)
		return XDP_ABORTED;
	flow = flow_lookup(flows, 7);
	counter = counter_lookup(counters, 5);
	if (!flow || !counter)
		return XDP_DROP;
	__sync_fetch_and_add(flow, 1);
	__sync_fetch_and_add(counter, 1);
	__sync_fetch_and_add(total, 1);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
