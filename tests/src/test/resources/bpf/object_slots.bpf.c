/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts in the inner map of slot 0, and in the map gold by its name. The map silver is in slots of two outer maps. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct flow_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
};

struct flow_map gold SEC(".maps");
struct flow_map silver SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, __u32);
#ifdef PINNED
	__uint(pinning, LIBBPF_PIN_BY_NAME);
#endif
	__array(values, struct flow_map);
} tenant SEC(".maps") = {
	.values = { [0] = &gold, [4] = &silver },
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, __u32);
	__array(values, struct flow_map);
} site SEC(".maps") = {
	.values = { [1] = &silver },
};

static __always_inline void add(void *flows, __u32 id)
{
	__u64 one = 1;

	if (flows)
		bpf_map_update_elem(flows, &id, &one, BPF_ANY);
}

SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u32 slot = 0;

	(void)ctx;
	add(bpf_map_lookup_elem(&tenant, &slot), 1);
	add(&gold, 2);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
