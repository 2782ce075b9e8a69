/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A map whose key and value have arrays. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct path {
	__u32 hops[3];
	__s16 offsets[2];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, struct path);
	__type(value, __u64[2]);
} paths SEC(".maps");
