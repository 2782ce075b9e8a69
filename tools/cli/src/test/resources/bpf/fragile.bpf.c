/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A map whose key has padding. With THREE_LEVELS also one that can't be read. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct key {
	__u32 address;
	__u8 protocol;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct key);
	__type(value, __u64);
} packets SEC(".maps");

#ifdef THREE_LEVELS
struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
};

struct middle {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct inner);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct middle);
} outermost SEC(".maps");
#endif

#ifdef INNER_MAPS_OF_LOADER
struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__uint(value_size, 4);
} policies SEC(".maps");
#endif

char LICENSE[] SEC("license") = "GPL";
