/* SPDX-License-Identifier: GPL-2.0-only */
/* Fills the ring buffer that the benchmarks drain. */
#include "benchmarked.bpf.h"

#define EVENTS 200000

static long emit_one(__u32 index, void *ctx)
{
	struct event *reserved = event_reserve();

	if (!reserved)
		return 1;
	reserved->time = index;
	reserved->cgroup = 1;
	reserved->inode = 2;
	reserved->offset = 3;
	reserved->length = 4;
	reserved->latency = 5;
	reserved->flags = 6;
	reserved->pid = 7;
	reserved->cpu = 8;
	/* The reader of cilium/ebpf sleeps in epoll_wait, which sees events only after a wakeup. */
	event_submit(reserved, index + 1 < EVENTS ? BPF_RB_NO_WAKEUP : BPF_RB_FORCE_WAKEUP);
	return 0;
}

/* Returns 1 if the buffer had no room for all events. */
SEC("syscall")
int emit(void *ctx)
{
	return bpf_loop(EVENTS, emit_one, NULL, 0) != EVENTS;
}

char LICENSE[] SEC("license") = "GPL";
