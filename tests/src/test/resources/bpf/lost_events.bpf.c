// SPDX-License-Identifier: GPL-2.0
/* Writes more events than fit into a buffer. */
#include "lost_events.bpf.h"

/* Inserts more entries than fit into an inner map. */
SEC("xdp")
int overflow(struct xdp_md *ctx __attribute__((unused)))
{
	__u32 i, failed = 0;

	for (i = 0; i < 5; i++)
		failed += !!guest_hit_add(1, i, 1);
	return failed;
}

/* Writes two events to the buffer "opened", and one to each other one. */
SEC("xdp")
int write_events(struct xdp_md *ctx)
{
	struct step_map *steps = recorder_lookup(1);
	__u64 *event = opened_reserve();

	if (event) {
		*event = 1;
		bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	}
	(void)opened_output(2, BPF_RB_NO_WAKEUP);
	sample_perf_output(ctx, 3);
	event = steps ? step_reserve(steps) : NULL;
	if (event) {
		*event = 4;
		bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
