/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts the files that watched threads open, also per task. Attached to the entry of a kernel function. */
#include "attached.h"

SEC("fentry/security_file_open")
int open(unsigned long long *ctx)
{
	__u32 tenant = tenant_of_this_thread();
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_files_map *tasks = task_files_by_lookup(tenant);
	__u64 *files;

	(void)ctx;
	if (!tenant)
		return 0;
	count_opened(tenant);
	files = tasks ? task_files_lookup_or_init(tasks, task, 0) : NULL;
	if (files)
		__sync_fetch_and_add(files, 1);
	return 0;
}
