/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Tries without BPF_F_NO_PREALLOC, which the kernel refuses: a plain one, or with -DINNER inner maps. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct v4 {
	__u32 prefixlen;
	__u8 address[4];
};

struct routes_map {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__type(key, struct v4);
	__type(value, __u32);
	__uint(max_entries, 100);
};

#ifdef INNER
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 8);
	__array(values, struct routes_map);
} tenants SEC(".maps");
#else
struct routes_map routes SEC(".maps");
#endif

struct v4 unused;
