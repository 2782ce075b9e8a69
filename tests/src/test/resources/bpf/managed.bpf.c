/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Uses values with a lock or a timer, in inner maps. */
#include "managed.bpf.h"
#include <linux/version.h>

#define WORDS 8
#define CLOCK_MONOTONIC 1

/* Long enough for a reader on another CPU to read meanwhile. */
static __always_inline void linger(void)
{
	for (long i = 0; i < 500; i++)
		asm volatile("" : "+r"(i) : : "memory");
}

static __always_inline void note(__u32 what)
{
	__u64 *times = noted_lookup(what);

	if (times)
		__sync_fetch_and_add(times, 1);
}

/* Sets all words to the same new number, half of them later than the others. */
static __always_inline void change(__s64 *words)
{
	__s64 next = words[0] + 1;

	for (int i = 0; i < WORDS; i++) {
		if (i == WORDS / 2)
			linger();
		words[i] = next;
	}
}

SEC("xdp")
int write_locked(struct xdp_md *ctx)
{
	struct locked *value = locked_by_locked_lookup(1, 0);

	(void)ctx;
	if (!value)
		return XDP_ABORTED;
	bpf_spin_lock(&value->lock);
	change((__s64 *)&value->words);
	bpf_spin_unlock(&value->lock);
	return XDP_PASS;
}

SEC("xdp")
int write_torn(struct xdp_md *ctx)
{
	__s64 *words = (void *)torn_by_torn_lookup(1, 0);

	(void)ctx;
	if (!words)
		return XDP_ABORTED;
	change(words);
	return XDP_PASS;
}

/* Reports whether it ever sees a value that user space has written only in part. */
SEC("xdp")
int read_locked(struct xdp_md *ctx)
{
	struct locked *value = locked_by_locked_lookup(1, 0);
	__s64 first, last;

	(void)ctx;
	if (!value)
		return XDP_ABORTED;
	bpf_spin_lock(&value->lock);
	first = value->words.a;
	linger();
	last = value->words.h;
	bpf_spin_unlock(&value->lock);
	if (first != last)
		note(1);
	return XDP_PASS;
}

SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct counted_map *map = counted_by_lookup(1);
	struct counted none = {}, *counted;

	(void)ctx;
	if (!map)
		return XDP_ABORTED;
	counted = counted_lookup_or_init(map, 7, &none);
	if (!counted)
		return XDP_ABORTED;
	bpf_spin_lock(&counted->guard);
	counted->packets++;
	counted->bytes += 60;
	bpf_spin_unlock(&counted->guard);
	return XDP_PASS;
}

static int expire(void *map, __u32 *key, struct session *session)
{
	(void)map;
	(void)key;
	(void)session;
	note(0);
	return 0;
}

/* Starts the timer of a session. It expires after as many milliseconds as the session has seen. */
static __always_inline void arm_one(struct session_map *map, __u32 id)
{
	struct session *session = session_lookup(map, id);

	if (!session)
		return;
	bpf_timer_init(&session->timer, map, CLOCK_MONOTONIC);
	bpf_timer_set_callback(&session->timer, expire);
	bpf_timer_start(&session->timer, session->seen * 1000 * 1000, 0);
}

/* Starts the timer of session 7, then that of session 8. */
SEC("xdp")
int arm(struct xdp_md *ctx)
{
	struct session_map *map = session_by_lookup(1);

	(void)ctx;
	if (!map)
		return XDP_ABORTED;
	arm_one(map, 7);
	arm_one(map, 8);
	return XDP_PASS;
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
struct bpf_wq {
	__u64 __opaque[2];
} __attribute__((aligned(8)));
#endif

struct later {
	struct bpf_wq work;
};

/* No record can declare it. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct later);
} later SEC(".maps");

/* Could schedule the work queue of an entry, whose callback could find the map of slot 2 again. */
SEC("xdp")
int schedule(struct xdp_md *ctx)
{
	__s64 *words = (void *)torn_by_torn_lookup(2, 0);
	__u32 key = 1;
	void *entry = bpf_map_lookup_elem(&later, &key);

	(void)ctx;
	if (!words || !entry)
		return XDP_ABORTED;
	words[0]++;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
