/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Visits all maps of the kernel, and writes the ids of maps that have a single user, and those of outer maps, with whether a sleepable
 * program uses them. KernelUnsharedMapFinder loads this object once for each outer map.
 */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

/* The kernel's structs, as far as they are needed. libbpf finds the members in the running kernel. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
typedef struct {
	__s64 counter;
} atomic64_t;

struct bpf_map {
	__u32 id;
	struct bpf_map *inner_map_meta;
	atomic64_t refcnt;           /* descriptors, pins, programs, slots of outer maps, and the iterator while it visits the map */
	atomic64_t usercnt;          /* descriptors and pins */
	atomic64_t sleepable_refcnt; /* sleepable programs, since Linux 6.8 */
};

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__bpf_map {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
};
#pragma clang attribute pop

enum kind {
	SINGLE_USER = 1,
	NO_SLEEPABLE_PROGRAM = 2,
	SLEEPABLE_PROGRAM = 3,
};

struct found {
	__u32 id;
	__u32 kind;
};

SEC("iter/bpf_map")
int find_references(struct bpf_iter__bpf_map *ctx)
{
	struct bpf_map *map = ctx->map;
	struct found found = {};

	if (!map)
		return 0;
	found.id = map->id;
	if (map->inner_map_meta) {
		if (bpf_core_field_exists(map->sleepable_refcnt))
			found.kind = map->sleepable_refcnt.counter ? SLEEPABLE_PROGRAM : NO_SLEEPABLE_PROGRAM;
	} else if (map->usercnt.counter == 1 && map->refcnt.counter == 2) {
		found.kind = SINGLE_USER;
	}
	if (found.kind)
		bpf_seq_write(ctx->meta->seq, &found, sizeof(found));
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
