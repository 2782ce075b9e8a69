/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* clang leaves out the members of a struct that only an inner map uses, so libbpf can't know the size of the values. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct flow {
	__u64 packets;
};

struct flow_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct flow);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct flow_map);
} tenant SEC(".maps");

char LICENSE[] SEC("license") = "GPL";
