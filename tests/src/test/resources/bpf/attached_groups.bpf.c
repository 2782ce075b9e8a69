/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts system calls of a watched thread per control group. */
#include "attached_groups.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct cgroup;

struct css_set {
	struct cgroup *dfl_cgrp;
};

struct task_struct {
	struct css_set *cgroups;
};
#pragma clang attribute pop

SEC("tp_btf/sys_enter")
int enter(unsigned long long *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct caller *caller = caller_lookup((__u32)bpf_get_current_pid_tgid());
	struct calls_map *calls;
	__u64 *number;

	if (!caller || caller->call != ctx[1])
		return 0;
	calls = calls_by_lookup(caller->tenant);
	number = calls ? calls_lookup_or_init(calls, task->cgroups->dfl_cgrp, 0) : NULL;
	if (number)
		__sync_fetch_and_add(number, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
