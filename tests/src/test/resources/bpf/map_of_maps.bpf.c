/* SPDX-License-Identifier: GPL-2.0-only */
/* The maps of Documentation/bpf/map_of_maps.rst: .values without indices, and an inner map that is declared within. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct inner_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 10);
	__type(key, __u32);
	__type(value, __u32);
} inner_map1 SEC(".maps"), inner_map2 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, __u32);
	__array(values, struct inner_map);
} outer_map SEC(".maps") = {
	.values = { &inner_map1,
		    &inner_map2 }
};

/* Adds the slot's number plus one to entry 3 of the map in each slot. */
SEC("xdp")
int add(struct xdp_md *ctx)
{
	__u32 index = 3;
	__u32 slot;

	(void)ctx;
	for (slot = 0; slot < 2; slot++) {
		__u32 key = slot;
		void *inner = bpf_map_lookup_elem(&outer_map, &key);
		__u32 *value = inner ? bpf_map_lookup_elem(inner, &index) : NULL;

		if (!value)
			return XDP_ABORTED;
		*value += slot + 1;
	}
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
