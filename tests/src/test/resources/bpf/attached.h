/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Common code of the programs that count opened files. */
#include "attached.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct inode;

struct file {
	struct inode *f_inode;
};
#pragma clang attribute pop

/* Returns the tenant of this thread, or 0 if the thread is not watched. */
static __always_inline __u32 tenant_of_this_thread(void)
{
	__u32 thread = (__u32)bpf_get_current_pid_tgid();
	__u32 *tenant = worker_lookup(thread);

	return tenant ? *tenant : 0;
}

/* Counts a file that this thread opens, in both outer maps. */
static __always_inline void count_opened(__u32 tenant)
{
	__u32 thread = (__u32)bpf_get_current_pid_tgid();
	struct opened_map *opened = opened_by_lookup(tenant);
	__u64 *files = opened ? opened_lookup_or_init(opened, thread, 0) : NULL;

	if (files)
		__sync_fetch_and_add(files, 1);
	opened = opened_at_lookup(tenant);
	files = opened ? opened_lookup_or_init(opened, thread, 0) : NULL;
	if (files)
		__sync_fetch_and_add(files, 1);
}

char _license[] SEC("license") = "GPL";
