/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Iterators: over the entries of a map, over tasks, maps and control groups. */
#include "iterated.bpf.h"
#include <bpf/bpf_tracing.h>
#include "iterator.h"

/* An index beyond the million entries that the kernel visits in one read. */
#define LAST 1050000

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct task_struct {
	int pid;
	int tgid;
};
struct kernfs_node {
	__u64 id;
};
struct cgroup {
	struct kernfs_node *kn;
};
struct bpf_iter__bpf_map {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
};
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};
struct bpf_iter__cgroup {
	struct bpf_iter_meta *meta;
	struct cgroup *cgroup;
};
#pragma clang attribute pop

SEC("iter/bpf_map_elem")
int visits(struct bpf_iter__bpf_map_elem *ctx)
{
	__u32 *page = ctx->key;
	__u64 *count = ctx->value;

	if (page && count) /* both are NULL after the last entry */
		BPF_SEQ_PRINTF(ctx->meta->seq, "%u %llu\n", *page, *count);
	return 0;
}

/* Writes the values and sets them to 0. */
SEC("iter/bpf_map_elem")
int reset(struct bpf_iter__bpf_map_elem *ctx)
{
	__u64 *count = ctx->value;

	if (!count)
		return 0;
	__u64 counted = __sync_fetch_and_and(count, 0);
	BPF_SEQ_PRINTF(ctx->meta->seq, "%llu\n", counted);
	return 0;
}

/* Reads 8 bytes beyond the values. */
SEC("iter/bpf_map_elem")
int beyond(struct bpf_iter__bpf_map_elem *ctx)
{
	__u64 *count = ctx->value;

	if (count)
		BPF_SEQ_PRINTF(ctx->meta->seq, "%llu\n", count[1]);
	return 0;
}

/* Writes only the index of the last entry. */
SEC("iter/bpf_map_elem")
int last(struct bpf_iter__bpf_map_elem *ctx)
{
	__u32 *index = ctx->key;

	if (index && *index == LAST)
		BPF_SEQ_PRINTF(ctx->meta->seq, "%u\n", *index);
	return 0;
}

SEC("iter/bpf_map")
int maps(struct bpf_iter__bpf_map *ctx)
{
	struct bpf_map *map = ctx->map;

	if (map)
		BPF_SEQ_PRINTF(ctx->meta->seq, "%u\n", map->id);
	return 0;
}

SEC("iter/task")
int tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (task)
		BPF_SEQ_PRINTF(ctx->meta->seq, "%d %d\n", task->pid, task->tgid);
	return 0;
}

SEC("iter.s/task")
int sleepable_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (task)
		BPF_SEQ_PRINTF(ctx->meta->seq, "%d %d\n", task->pid, task->tgid);
	return 0;
}

/* Asks the kernel to run it for the same task again. */
SEC("iter/task")
int stays(struct bpf_iter__task *ctx)
{
	(void)ctx;
	return 1;
}

/* Writes more than 32 KiB for one task. */
SEC("iter/task")
int floods(struct bpf_iter__task *ctx)
{
	char block[256] = {};

	/* More than the kernel's buffer, which has 8 pages, of 64 KiB at most. */
	for (int i = 0; i < 2100; i++)
		bpf_seq_write(ctx->meta->seq, block, sizeof(block));
	return 0;
}

SEC("iter/cgroup")
int groups(struct bpf_iter__cgroup *ctx)
{
	struct cgroup *group = ctx->cgroup;

	if (group)
		BPF_SEQ_PRINTF(ctx->meta->seq, "%llu\n", group->kn->id);
	return 0;
}

SEC("xdp")
int passes(void *ctx)
{
	(void)ctx;
	return 2;
}

char _license[] SEC("license") = "GPL";
