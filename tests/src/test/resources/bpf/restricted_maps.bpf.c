/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* One program that uses one map: -DSECTION sets its section, -DOUTER or -DPLAIN the name of the map. */
#include "restricted_maps.bpf.h"

/* No record can declare this lock. Before Linux 6.15 it is a plain struct. */
struct bpf_res_spin_lock {
	__u32 val;
};

struct resilient {
	__u64 count;
	struct bpf_res_spin_lock lock;
};

/* Writes the struct's members into BTF. libbpf ignores the section. */
struct resilient resilient_type SEC(".nestmap");

struct resilient_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct resilient);
};

struct resilient_map plain_resilient SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct resilient_map);
} resilient_by SEC(".maps");

/* Kernels since Linux 6.11 find the timer in the nested struct. */
struct holder {
	__u64 id;
	struct bpf_timer timer;
};

struct nested {
	__u64 count;
	struct holder holder;
};

struct nested nested_type SEC(".nestmap");

struct nested_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct nested);
};

struct nested_map plain_nested SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct nested_map);
} nested_by SEC(".maps");

SEC(SECTION)
int use(void *ctx)
{
	__u32 key[2] = {};

	(void)ctx;
#ifdef OUTER
	return bpf_map_lookup_elem(&OUTER, key) != NULL;
#else
	return bpf_map_lookup_elem(&PLAIN, key) != NULL;
#endif
}

char LICENSE[] SEC("license") = "GPL";
