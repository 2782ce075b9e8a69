/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts in pinned maps whose size user space gives at load. */
#include "sized_pins.bpf.h"

SEC("xdp")
int count(struct xdp_md *ctx __attribute__((unused)))
{
	struct flow_map *flows = tenant_lookup(1);
	__u64 *total = total_lookup(6);

	if (!flows || !total)
		return XDP_ABORTED;
	__sync_fetch_and_add(total, 1);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
