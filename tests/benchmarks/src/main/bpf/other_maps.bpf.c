/* SPDX-License-Identifier: GPL-2.0-only */
#include "other_maps.bpf.h"

#define SIGNALS 64

static long emit_one(__u32 index, void *ctx)
{
	struct signal *reserved = signal_reserve();

	if (!reserved)
		return 1;
	reserved->process = index;
	reserved->number = 15;
	bpf_ringbuf_submit(reserved, BPF_RB_NO_WAKEUP);
	return 0;
}

SEC("syscall")
int emit_signals(void *ctx)
{
	return bpf_loop(SIGNALS, emit_one, NULL, 0) != SIGNALS;
}

char LICENSE[] SEC("license") = "GPL";
