/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Uses maps without keys: plain maps, and inner maps of both types of outer map. */
#include "keyless.bpf.h"

/*
 * Moves one job and one frame from outer entry 1 to outer entry 2. Reports by bits what was not as
 * expected.
 */
SEC("xdp")
int move(struct xdp_md *ctx)
{
	struct job job = {};
	struct plain_frame frame = {};
	struct seen seen = {.source = 7, .protocol = 6};
	struct job_map *jobs = jobs_by_lookup(1);
	__u64 address = 0;
	__u32 id = 0;

	(void)ctx;
	if (!jobs)
		return 1;
	if (job_peek(jobs, &job) || job_pop(jobs, &job))
		return 2;
	if (jobs_by_job_push(2, &job, BPF_ANY) || jobs_at_job_push(2, &job, BPF_EXIST))
		return 3;
	if (jobs_by_job_push(7, &job, BPF_ANY) != -2)
		return 4;
	if (frames_by_frame_pop(1, &address) || frames_at_frame_push(2, address, BPF_ANY))
		return 5;
	if (seen_by_seen_might_contain(1, &seen) || seen_at_seen_might_contain(7, &seen))
		return 6;
	if (seen_by_seen_add(1, &seen) || seen_at_seen_add(2, &seen))
		return 7;
	if (!seen_by_seen_might_contain(1, &seen))
		return 8;
	if (plain_job_pop(&id) || plain_job_push(id + 1, BPF_ANY))
		return 9;
	if (plain_frame_peek(&frame) || plain_frame_push(&frame, BPF_ANY))
		return 10;
	if (plain_seen_might_contain(5) || plain_seen_add(5))
		return 11;
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
