/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes events that a view shows. */
#include "entry_views.bpf.h"

static __u64 next;

SEC("xdp")
int emit(struct xdp_md *ctx __attribute__((unused)))
{
	__u64 number = __sync_fetch_and_add(&next, 1);
	struct event *event = event_reserve();

	if (!event)
		return 1;
	event->number = number;
	event->kind = number & 1;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

/* Writes an event with a constant that Java's enum lacks. */
SEC("xdp")
int emit_odd(struct xdp_md *ctx __attribute__((unused)))
{
	struct event *event = event_reserve();

	if (!event)
		return 1;
	event->number = 7;
	event->kind = 7;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

/* Writes a prefix with a bit after its length. */
SEC("xdp")
int emit_blocked(struct xdp_md *ctx __attribute__((unused)))
{
	__u64 number = __sync_fetch_and_add(&next, 1);
	struct blocked *blocked = blocked_reserve();

	if (!blocked)
		return 1;
	blocked->number = number;
	blocked->net.prefixlen = number ? 32 : 31;
	blocked->net.addr = ~0U;
	bpf_ringbuf_submit(blocked, 0);
	return 0;
}

SEC("xdp")
int emit_note(struct xdp_md *ctx __attribute__((unused)))
{
	struct note *note = note_reserve();

	if (!note)
		return 1;
	note->time = 1;
	note->pid = 2;
	bpf_ringbuf_submit(note, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
