/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A map of somebody who knows nothing of records; its struct is wrapped, as some do for the sake of inner maps. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum state { FRESH, STALE };

struct flow {
	__u64 packets;
	enum state state;
	__u32 low : 4, high : 28;
	char name[8];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, struct { struct flow flow; });
} total SEC(".maps");
