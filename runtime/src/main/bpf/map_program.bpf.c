/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads entries of one map by their keys, many in one system call. LazyMapProgram loads this object for a map that is read often enough.
 * Before the load it replaces `map`. Nothing here writes to the map.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "requests.h"

/* Stands for the map, which replaces it before the load (JarObject). Its type and sizes here have no effect. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} map SEC(".maps");

static __always_inline void *find_value(void *request, __u32 key_at, volatile __u32 *answer)
{
	void *value = bpf_map_lookup_elem(&map, request + key_at);

	if (!value)
		*answer = NO_ENTRY;
	return value;
}

char _license[] SEC("license") = "Dual BSD/GPL";
