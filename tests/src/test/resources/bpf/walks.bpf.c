/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Iterates over maps. */
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
	struct visit_map *visited = visits_lookup(1);
	struct step_map *taken = steps_lookup(1);
	struct share_map *given = shares_lookup(1);
	struct line_map *line = lines_lookup(1);
	struct address third = {.host = 3, .port = 3}, fourth = {.host = 4, .port = 4};
	__u32 index = 3, number = 7;
	struct sums sums = {};
	__u64 *count, one = 1;
	int wrong = 0;

	(void)skb;
	if (!visited || !taken || !given || !line)
		return -1;
	if (bpf_for_each_map_elem(visited, add_visit, &sums, 0) != 2 || sums.visits != 33)
		wrong |= 1;
	if (bpf_for_each_map_elem(taken, add_step, &sums, 0) != 3 || sums.steps != 6)
		wrong |= 2;
	count = bpf_map_lookup_percpu_elem(given, &index, 0);
	if (!count || *count != 40)
		wrong |= 4;
	(void)hot_update(7, one, BPF_ANY);
	count = bpf_map_lookup_percpu_elem(&hot, &number, bpf_get_smp_processor_id());
	if (!count || *count != 1 || bpf_for_each_map_elem(&hot, add_hot, &sums, 0) != 1 || sums.hot != 7)
		wrong |= 8;
	if (visit_update(visited, &third, 30, BPF_NOEXIST) || visit_delete(visited, &fourth) != -2 ||
	    visits_visit_add(2, &third, 30) != -2)
		wrong |= 16;
	count = visit_lookup_or_init(visited, &fourth, 44);
	if (!count || *count != 44)
		wrong |= 32;
	if (lines_line_output(1, one, 0) || bpf_ringbuf_query(line, BPF_RB_AVAIL_DATA) != 16 ||
	    bpf_ringbuf_query(line, BPF_RB_RING_SIZE) != 65536)
		wrong |= 64;
	return wrong;
}

char _license[] SEC("license") = "GPL";
