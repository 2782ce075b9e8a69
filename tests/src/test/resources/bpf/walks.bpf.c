/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Iterates over maps by the helpers. */
#include "walks.bpf.h"

struct sums {
	__u64 visits;
	__u64 steps;
	__u64 hot;
};

static long add_visit(struct visit_map *visits, const struct address *address, __u64 *count, void *context)
{
	struct sums *sums = context;

	(void)visits;
	sums->visits += *count + address->port;
	*count = 0;
	return 0;
}

static long add_step(struct step_map *steps, const __u32 *index, struct step *step, void *context)
{
	struct sums *sums = context;

	(void)steps;
	sums->steps += step->to - step->from;
	return *index == 2; /* stops before the last entry */
}

static long add_hot(void *map, const __u32 *number, __u64 *count, void *context)
{
	struct sums *sums = context;

	(void)map;
	sums->hot += *number * *count;
	return 0;
}

/* Reports by bits which sums differ from those of the entries that user space wrote. */
SEC("tc")
int walk(struct __sk_buff *skb)
{
	struct visit_map *visits = visits_lookup(1);
	struct address third = {.host = 3, .port = 3}, fourth = {.host = 4, .port = 4};
	struct sums sums = {};
	__u64 *share, *hot, one = 1;
	int wrong = 0;

	(void)skb;
	if (!visits || visit_for_each(visits, add_visit, &sums) != 2 || sums.visits != 33)
		wrong |= 1;
	if (steps_step_for_each(1, add_step, &sums) != 3 || sums.steps != 6)
		wrong |= 2;
	share = shares_share_lookup_percpu(1, 3, 0);
	if (!share || *share != 40)
		wrong |= 4;
	(void)hot_update(7, one, BPF_ANY);
	hot = hot_lookup_percpu(7, bpf_get_smp_processor_id());
	if (!hot || *hot != 1 || hot_for_each(add_hot, &sums) != 1 || sums.hot != 7)
		wrong |= 8;
	if (steps_step_for_each(3, add_step, &sums) != -2 || shares_share_lookup_percpu(2, 3, 0))
		wrong |= 16;
	if (visits_visit_update(1, &third, 30, BPF_NOEXIST) || visits_visit_delete(1, &fourth) != -2 ||
	    visits_visit_update(2, &third, 30, BPF_ANY) != -2)
		wrong |= 32;
	share = visits_visit_lookup_or_init(1, &fourth, 44);
	if (!share || *share != 44)
		wrong |= 64;
	if (lines_line_output(1, one, 0) || lines_line_query(1, BPF_RB_AVAIL_DATA) != 16 ||
	    lines_line_query(1, BPF_RB_RING_SIZE) != 65536 || lines_line_query(2, BPF_RB_RING_SIZE))
		wrong |= 128;
	return wrong;
}

char _license[] SEC("license") = "GPL";
