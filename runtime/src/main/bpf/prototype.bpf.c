/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads the attributes of the prototype of an outer map, which the kernel compares inner maps with (bpf_map_meta_equal in
 * kernel/bpf/map_in_map.c). No system call reports them. PrototypeReader runs the program.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "outer.h"

/* The kernel's struct bpf_map, as far as it is needed. libbpf finds the members in the running kernel. */
struct bpf_map {
	struct bpf_map *inner_map_meta;
	enum bpf_map_type map_type;
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
	__u32 map_flags;
} __attribute__((preserve_access_index));

/* Returns the attribute whose number is the first argument. */
SEC("raw_tp")
int get_attribute(struct bpf_raw_tracepoint_args *ctx)
{
	struct bpf_map *prototype = ((struct bpf_map *)&outer)->inner_map_meta;

	switch (ctx->args[0]) {
	case 0:
		return prototype->map_type;
	case 1:
		return prototype->key_size;
	case 2:
		return prototype->value_size;
	case 3:
		return prototype->max_entries;
	default:
		return prototype->map_flags;
	}
}

char _license[] SEC("license") = "Dual BSD/GPL";
