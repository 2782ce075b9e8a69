/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Visits all maps of the kernel, and writes the ids of those that sleepable programs use. SleepableProgramFinder loads this object. */
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
	atomic64_t sleepable_refcnt; /* since Linux 6.8 */
};

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__bpf_map {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
};
#pragma clang attribute pop

SEC("iter/bpf_map")
int find_sleepable_users(struct bpf_iter__bpf_map *ctx)
{
	struct bpf_map *map = ctx->map;
	__u32 id;

	if (!map || !bpf_core_field_exists(map->sleepable_refcnt))
		return 0;
	if (map->sleepable_refcnt.counter) {
		id = map->id;
		bpf_seq_write(ctx->meta->seq, &id, sizeof(id));
	}
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
