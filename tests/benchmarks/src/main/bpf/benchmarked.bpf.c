/* SPDX-License-Identifier: GPL-2.0-only */
/* Fills the ring buffer that the benchmarks drain, before they drain it or meanwhile. Adds to an entry with and without helpers. */
#include "benchmarked.bpf.h"

#define EVENTS 200000

#define LIVE_EVENTS 64
#define EVENT_SIZE 72 /* with the header of the ring buffer */

static __always_inline long emit_event(__u32 index, __u64 flags)
{
	struct event *reserved = event_reserve();

	if (!reserved)
		return 1;
	reserved->time = index;
	reserved->cgroup = 1;
	reserved->inode = 2;
	reserved->offset = 3;
	reserved->length = 4;
	reserved->latency = 5;
	reserved->flags = 6;
	reserved->pid = 7;
	reserved->cpu = 8;
	bpf_ringbuf_submit(reserved, flags);
	return 0;
}

static long emit_one(__u32 index, void *ctx)
{
	/* The reader of cilium/ebpf sleeps in epoll_wait, which sees events only after a wakeup. */
	return emit_event(index, index + 1 < EVENTS ? BPF_RB_NO_WAKEUP : BPF_RB_FORCE_WAKEUP);
}

static long emit_one_live(__u32 index, void *ctx)
{
	return emit_event(index, 0);
}

/* Returns 1 if the buffer had no room for all events. */
SEC("syscall")
int emit(void *ctx)
{
	return bpf_loop(EVENTS, emit_one, NULL, 0) != EVENTS;
}

/* Returns how many events it has emitted: 64, or 0 if the buffer is full. The kernel wakes readers that have caught up. */
SEC("syscall")
int emit_live(void *ctx)
{
	__u64 size = bpf_ringbuf_query(&event, BPF_RB_RING_SIZE);

	if (bpf_ringbuf_query(&event, BPF_RB_AVAIL_DATA) + LIVE_EVENTS * EVENT_SIZE > size)
		return 0;
	return bpf_loop(LIVE_EVENTS, emit_one_live, NULL, 0);
}

/* The helper counts what is refused. Returns 1 if the addition succeeds. */
SEC("tc")
int add_by_helper(struct __sk_buff *packet)
{
	struct sender by = {.packets = 1, .bytes = packet->len};

	return !customer_sender_add(0, 0, &by);
}

/* The same without helpers, and without numbers of what is refused. */
SEC("tc")
int add_by_hand(struct __sk_buff *packet)
{
	struct sender by = {.packets = 1, .bytes = packet->len}, *found;
	__u32 customer_id = 0;
	__u64 address = 0;
	struct sender_map *map = bpf_map_lookup_elem(&customer, &customer_id);

	if (!map && nestmap_lookup_again)
		map = bpf_map_lookup_elem(&customer, &customer_id);
	if (!map)
		return 0;
	found = bpf_map_lookup_elem(map, &address);
	if (!found) {
		if (!bpf_map_update_elem(map, &address, &by, BPF_NOEXIST))
			return 1;
		found = bpf_map_lookup_elem(map, &address);
		if (!found)
			return 0;
	}
	__sync_fetch_and_add(&found->packets, by.packets);
	__sync_fetch_and_add(&found->bytes, by.bytes);
	return 1;
}

char LICENSE[] SEC("license") = "GPL";
