/* SPDX-License-Identifier: GPL-2.0 */
/* A scheduler (sched_ext) that counts how often a task begins to run. The kernel does the rest by its defaults. */
#include "hits.bpf.h"

struct task_struct;

/* Some members of the kernel's struct. libbpf finds them by their names. */
struct sched_ext_ops {
	void (*running)(struct task_struct *p);
	char name[128];
};

SEC("struct_ops/running")
void count_hit(void *ctx)
{
	__u64 *count = hit_lookup(0);

	(void)ctx;
	if (count)
		__sync_fetch_and_add(count, 1);
}

SEC(".struct_ops.link")
struct sched_ext_ops counted = {
	.running = (void *)count_hit,
	.name = "nestmap_counted",
};

char _license[] SEC("license") = "GPL";
