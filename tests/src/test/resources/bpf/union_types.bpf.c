/* SPDX-License-Identifier: GPL-2.0 */
#include "union_types.bpf.h"

static __always_inline struct event *find(void)
{
	struct pair key = {
		.family = 10,
		.source.v6.in6_u.u6_addr8 = {0x20, 1, [15] = 1},
		.destination.v6.in6_u.u6_addr8 = {0x20, 1, [15] = 2},
		.port = __builtin_bswap16(443),
	};
	struct event_map *events = group_lookup(7);

	return events ? event_lookup(events, &key) : NULL;
}

static __always_inline void turn_detail(struct event *e)
{
	union detail was = e->detail;

	__builtin_memset(&e->detail, 0, sizeof(e->detail));
	switch (e->kind) {
	case KIND_OPEN:
		e->kind = KIND_RENAME;
		e->detail.moved_to[0] = was.open.inode;
		e->detail.moved_to[1] = was.open.inode >> 8;
		e->detail.moved_to[2] = was.open.mode;
		break;
	case KIND_RENAME:
	case KIND_LINK:
		e->kind = KIND_TIMED_OUT;
		e->detail.timed_out[0] = __builtin_bswap16(was.moved_to[0]);
		e->detail.timed_out[4] = 65535;
		break;
	case KIND_TIMED_OUT:
		e->kind = KIND_OPEN;
		e->detail.open.inode = __builtin_bswap16(was.timed_out[0]);
		e->detail.open.mode = __builtin_bswap16(was.timed_out[4]);
		e->detail.open.word.octet = __builtin_bswap16(was.timed_out[1]);
		break;
	}
}

static __always_inline void turn_step(struct step *step)
{
	__u64 amount = step->wide ? step->amount.wide : step->amount.narrow;

	step->amount.wide = 0;
	if (step->wide)
		step->amount.narrow = amount;
	else
		step->amount.wide = amount + (1ULL << 40);
	step->wide = !step->wide;
}

SEC("xdp")
int turn(struct xdp_md *ctx)
{
	struct event *e = find();
	union word first;
	__u32 low;

	(void)ctx;
	if (!e)
		return XDP_DROP;
	turn_detail(e);
	low = e->word.halves.low;
	e->word.halves.low = e->word.halves.high;
	e->word.halves.high = low;
	first.whole = e->words[0].whole;
	e->words[0].whole = e->words[1].octet;
	e->words[1].whole = first.whole;
	turn_step(&e->steps[0]);
	turn_step(&e->steps[1]);
	return XDP_PASS;
}

SEC("xdp")
int spoil(struct xdp_md *ctx)
{
	struct event *e = find();

	(void)ctx;
	if (!e)
		return XDP_DROP;
	e->kind = KIND_OTHER;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
