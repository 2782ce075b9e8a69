// SPDX-License-Identifier: GPL-2.0
/* Inserts more entries than fit into an inner map. */
#include "lost_inserts.bpf.h"

SEC("xdp")
int overflow(struct xdp_md *ctx __attribute__((unused)))
{
	struct hit_map *hits = guest_lookup(1);
	__u32 i, missing = 0;

	if (!hits)
		return -1;
	for (i = 0; i < 5; i++)
		missing += !hit_lookup_or_init(hits, i, 0);
	(void)hit_update(hits, 0, 7, BPF_NOEXIST); /* -EEXIST: nothing is lost */
	(void)hit_update(hits, 9, 7, BPF_EXIST);   /* -ENOENT: nothing is lost */
	(void)hit_update(hits, 0, 7, BPF_ANY);
	return missing + !!hit_update(hits, 9, 7, BPF_ANY) + !!guest_hit_add(1, 8, 1) + !!guest_hit_add(1, 7, 1);
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
