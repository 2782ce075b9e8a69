/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* An outer map for each of the types that an inner map can have, and of which tests need no more than that. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct prefix {
	__u32 bits;
	__u32 address;
};

#define NEST(kind, ...) \
	struct kind##_map { \
		__uint(type, BPF_MAP_TYPE_##kind); \
		__VA_ARGS__ \
	}; \
	struct { \
		__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); \
		__uint(max_entries, 4); \
		__type(key, __u32); \
		__array(values, struct kind##_map); \
	} of_##kind SEC(".maps")

#define ENTRIES(k, v) __uint(max_entries, 4); __type(key, k); __type(value, v);
#define VALUES(v) __uint(max_entries, 4); __type(value, v);

NEST(HASH, ENTRIES(__u32, __u64));
NEST(LRU_HASH, ENTRIES(__u32, __u64));
NEST(PERCPU_HASH, ENTRIES(__u32, __u64));
NEST(LRU_PERCPU_HASH, ENTRIES(__u32, __u64));
NEST(ARRAY, ENTRIES(__u32, __u64));
NEST(PERCPU_ARRAY, ENTRIES(__u32, __u64));
NEST(LPM_TRIE, ENTRIES(struct prefix, __u64) __uint(map_flags, BPF_F_NO_PREALLOC););
NEST(BLOOM_FILTER, VALUES(__u64));
NEST(QUEUE, VALUES(__u64));
NEST(STACK, VALUES(__u64));
NEST(REUSEPORT_SOCKARRAY, ENTRIES(__u32, __u64));
NEST(SOCKMAP, ENTRIES(__u32, __u64));
NEST(SOCKHASH, ENTRIES(__u32, __u64));
NEST(DEVMAP, ENTRIES(__u32, __u32));
NEST(DEVMAP_HASH, ENTRIES(__u32, __u32));
NEST(CPUMAP, ENTRIES(__u32, __u32));
NEST(XSKMAP, ENTRIES(__u32, __u32));
NEST(RINGBUF, __uint(max_entries, 4096););

/* Keeps the inner map's type in BTF. */
static struct {
	char anchor;
	struct prefix k[0];
} nestmap_inner_kinds_anchor SEC(".nestmap") __attribute__((used));

char LICENSE[] SEC("license") = "Dual BSD/GPL";
