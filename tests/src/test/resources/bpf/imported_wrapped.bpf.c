/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Map definitions as other tools and languages write them. Nothing here was written for Nestmap. */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

/* aya for Rust: the definition is inside of two generic structs, and pointers to arrays state the numbers. */
struct HashMapDef {
	int (*type)[BPF_MAP_TYPE_HASH];
	__u32 *key;
	__u64 *value;
	int (*max_entries)[1024];
	int (*map_flags)[0];
};

struct UnsafeCell {
	struct HashMapDef value;
};

struct HashMap {
	struct UnsafeCell def;
};

struct HashMap RESULT SEC(".maps");

struct owned {
	void *owner;
	__u64 count;
};
struct owned owned_anchor;

/* A definition with a typedef, for several maps. */
typedef struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 512);
	__type(key, __u64);
	__type(value, struct owned);
} table_t;

table_t typed_table SEC(".maps"), second_table SEC(".maps");

/* Go: bpf2go needs a variable for the type of events, and maps often state sizes only. */
struct event {
	__u64 ip;
	char comm[16];
};
const struct event *unused __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 24);
	__type(value, struct event);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 127 * sizeof(__u64));
	__uint(max_entries, 64);
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 16);
	__type(key, __u32);
	__array(values, table_t);
} tables SEC(".maps") = { .values = { [7] = &second_table } };

/* Ring buffers in slots, whose size libbpf rounds up. */
struct ring_map {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 5000);
	__type(value, struct event);
} first_ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct ring_map);
} rings SEC(".maps") = { .values = { [0] = &first_ring } };

char _license[] SEC("license") = "GPL";
