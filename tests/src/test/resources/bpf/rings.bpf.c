/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Uses ring buffers: plain maps, and inner maps of both types of outer map. */
#include "rings.bpf.h"

static __u64 next;

/* Writes the next number to every map. Reports by bits which writes failed. */
SEC("xdp")
int emit(struct xdp_md *ctx)
{
	__u64 number = __sync_fetch_and_add(&next, 1);
	struct event event = {.number = number, .kind = 2};
	struct event_map *events = events_by_lookup(1);
	struct event *reserved;
	__u64 *plain;
	__u8 *bytes;
	int failed = 0;

	(void)ctx;
	if (!events)
		return 1;
	reserved = event_reserve(events);
	if (reserved)
		bpf_ringbuf_discard(reserved, 0);
	reserved = event_reserve(events);
	if (reserved) {
		*reserved = event;
		reserved->kind = 1;
		bpf_ringbuf_submit(reserved, 0);
	} else {
		failed |= 2;
	}
	if (events_at_event_output(1, &event, 0))
		failed |= 4;
	reserved = events_at_event_reserve(7);
	if (reserved) {
		bpf_ringbuf_discard(reserved, 0);
		failed |= 8;
	}
	plain = plain_event_reserve();
	if (plain) {
		*plain = number;
		bpf_ringbuf_submit(plain, 0);
	} else {
		failed |= 16;
	}
	bytes = longest_reserve();
	if (bytes) {
		bytes[0] = 42;
		bytes[4079] = 43;
		bpf_ringbuf_submit(bytes, 0);
	}
	return failed;
}

/* Writes to a buffer whose events have no type in the header. */
SEC("xdp")
int emit_unread(struct xdp_md *ctx)
{
	struct unread_map *unread = unread_by_lookup(1);
	char text[] = "any";

	(void)ctx;
	return unread ? bpf_ringbuf_output(unread, text, sizeof(text), 0) : 1;
}

SEC("xdp")
int emit_live(struct xdp_md *ctx)
{
	__u64 *live = live_event_reserve();

	(void)ctx;
	if (!live)
		return 1;
	*live = __sync_fetch_and_add(&next, 1);
	bpf_ringbuf_submit(live, 0);
	return 0;
}

/* Writes an event that is longer than the record. */
SEC("xdp")
int emit_longer(struct xdp_md *ctx)
{
	__u64 numbers[2] = {1, 2};

	(void)ctx;
	return bpf_ringbuf_output(&plain_event, numbers, sizeof(numbers), 0);
}

static long add(struct bpf_dynptr *record, void *context)
{
	struct command command = {};
	struct drained *drained = drained_lookup(0);

	(void)context;
	if (drained && !bpf_dynptr_read(&command, sizeof(command), record, 0, 0)) {
		drained->count++;
		drained->sum += command.number * command.action;
	}
	return 0;
}

static long add_plain(struct bpf_dynptr *record, void *context)
{
	__u64 number = 0;
	struct drained *drained = drained_lookup(0);

	(void)context;
	if (drained && !bpf_dynptr_read(&number, sizeof(number), record, 0, 0)) {
		drained->count++;
		drained->sum += number;
	}
	return 0;
}

/* Drains the messages of every map, and sums them up. */
SEC("xdp")
int drain(struct xdp_md *ctx)
{
	struct command_map *commands = commands_by_lookup(1);

	(void)ctx;
	if (!commands)
		return 1;
	if (bpf_user_ringbuf_drain(commands, add, NULL, 0) < 0)
		return 2;
	commands = commands_at_lookup(1);
	if (!commands || bpf_user_ringbuf_drain(commands, add, NULL, 0) < 0)
		return 3;
	if (bpf_user_ringbuf_drain(&plain_command, add_plain, NULL, 0) < 0)
		return 4;
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
