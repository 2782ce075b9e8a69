/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts one packet in every map, on the current CPU. */
#include "per_cpu.bpf.h"

static __always_inline void hit(struct hit *hit)
{
	if (hit) {
		hit->packets++;
		hit->size = 60;
	}
}

SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct hit none = {};
	__u32 never = 0;
	struct hit_map *hits = hits_by_lookup(1);
	struct last_map *lasts = lasts_by_lookup(1);
	struct slot_map *slots = slots_by_lookup(1);
	__u64 *count;
	__u32 *seen;

	(void)ctx;
	if (!hits || !lasts || !slots)
		return XDP_ABORTED;
	hit(hit_lookup_or_init(hits, 7, &none));
	hit(hits_at_hit_lookup(1, 7));
	seen = last_lookup_or_init(lasts, 7, never);
	if (seen)
		(*seen)++;
	seen = lasts_at_last_lookup(1, 7);
	if (seen)
		(*seen)++;
	count = slot_lookup(slots, 3);
	if (count)
		(*count)++;
	slots_at_slot_add(1, 3, 1);
	(void)plain_hit_add(7, 1);
	seen = plain_last_lookup_or_init(7, never);
	if (seen)
		(*seen)++;
	count = plain_slot_lookup(3);
	if (count)
		(*count)++;
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
