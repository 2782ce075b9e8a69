/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A slot that can't be filled: out of range, or of another shape. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct flow_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} gold SEC(".maps");

struct wide_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64[2]);
} wide SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct flow_map);
} tenant SEC(".maps") = {
	.values = {
		[0] = &gold,
		[INDEX] = (void *)&TARGET,
	},
};

char LICENSE[] SEC("license") = "Dual BSD/GPL";
