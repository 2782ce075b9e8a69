/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* libbpf refuses it when it opens it: no map definition has such a member. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(colour, 7);
	__type(key, __u32);
	__type(value, __u64);
} painted SEC(".maps");

char LICENSE[] SEC("license") = "Dual BSD/GPL";
