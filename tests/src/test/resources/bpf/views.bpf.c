/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts in arrays that user space has mapped into memory. */
#include "views.bpf.h"

SEC("xdp")
int count(struct xdp_md *ctx __attribute__((unused)))
{
	struct hit_map *hits = host_lookup(1);
	struct hit *hit;
	__u32 *small;

	if (!hits)
		return XDP_PASS;
	hit = hit_lookup(hits, 3);
	small = small_lookup(999);
	if (!hit || !small)
		return XDP_DROP;
	__sync_fetch_and_add(&hit->packets, 1);
	__sync_fetch_and_add(&hit->bytes, 64);
	hit->last = -7;
	__sync_fetch_and_add(small, 1);
	return XDP_PASS;
}

SEC("xdp")
int read_config(struct xdp_md *ctx __attribute__((unused)))
{
	const __u64 *limit = config_lookup(2);

	return limit ? (int)*limit : -1;
}

char LICENSE[] SEC("license") = "GPL";
