/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Writes to perf event arrays: plain maps, and inner maps of both types of outer map. */
#include "perf_streams.bpf.h"

static __u64 next;
static __u8 long_event[413];
static __u8 longest_event[70000];

/* Writes the next number to every map. Reports by bits which writes failed. */
SEC("xdp")
int emit(struct xdp_md *ctx)
{
	__u64 number = __sync_fetch_and_add(&next, 1);
	struct traced event = {.number = number, .kind = 1};
	struct traced_map *events = traced_by_lookup(1);
	int failed = 0;

	if (!events)
		return 1;
	if (traced_perf_output(events, ctx, &event))
		failed |= 2;
	event.kind = 2;
	if (traced_at_traced_perf_output(1, ctx, &event))
		failed |= 4;
	if (traced_at_traced_perf_output(7, ctx, &event) != -2)
		failed |= 8;
	if (plain_traced_perf_output(ctx, number))
		failed |= 16;
	return failed;
}

/* Writes an event that is no record. */
SEC("xdp")
int emit_odd(struct xdp_md *ctx)
{
	struct traced event = {.kind = 255};

	return traced_at_traced_perf_output(1, ctx, &event);
}

SEC("xdp")
int emit_long(struct xdp_md *ctx)
{
	__u8 number = __sync_fetch_and_add(&next, 1);

	long_event[0] = number;
	long_event[412] = number + 1;
	return long_traced_perf_output(ctx, long_event);
}

SEC("xdp")
int emit_longest(struct xdp_md *ctx)
{
	longest_event[0] = 42;
	longest_event[65515] = 43;
	return longest_traced_perf_output(ctx, longest_event);
}

/* Writes an event that is too long for a record, and one that fits. */
SEC("xdp")
int emit_too_long(struct xdp_md *ctx)
{
	if (bpf_perf_event_output(ctx, &longest_traced, BPF_F_CURRENT_CPU, longest_event, sizeof(longest_event)))
		return 1;
	return emit_longest(ctx);
}

/* Writes events that are longer or shorter than the record. */
SEC("xdp")
int emit_others(struct xdp_md *ctx)
{
	__u64 numbers[4] = {1, 2, 3, 4};

	if (bpf_perf_event_output(ctx, &long_traced, BPF_F_CURRENT_CPU, numbers, sizeof(numbers)))
		return 1;
	return bpf_perf_event_output(ctx, &plain_traced, BPF_F_CURRENT_CPU, numbers, sizeof(numbers));
}

SEC("xdp")
int emit_by_hand(struct xdp_md *ctx)
{
	__u64 number = 1;

	return bpf_perf_event_output(ctx, &by_hand, BPF_F_CURRENT_CPU, &number, sizeof(number));
}

char _license[] SEC("license") = "Dual BSD/GPL";
