/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Has a map of a type that neither Nestmap nor any kernel knows. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, 99);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} newer SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} known SEC(".maps");
