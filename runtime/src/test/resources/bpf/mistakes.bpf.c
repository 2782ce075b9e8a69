/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Mistakes that the verifier rejects, in the program that -DMISTAKE=number selects. The line directives give each part a file. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct flow {
	__u64 packets;
	__u64 bytes;
};

struct flow_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, struct flow);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, __u32);
	__array(values, struct flow_map);
} flows_of_each_tenant SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64[8]);
} totals SEC(".maps");

/* Linux 6.1 has no locks in inner maps. */
struct locked {
	struct bpf_spin_lock lock;
	__u64 packets;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct locked);
} locks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_RDONLY_PROG);
	__type(key, __u32);
	__type(value, __u64);
} constants SEC(".maps");

#if MISTAKE == 39
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} forgotten; /* SEC(".maps") */
#endif

#if MISTAKE == 40 || MISTAKE == 41
struct untyped {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 16);
} untyped SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, __u32);
	__array(values, struct untyped);
} untyped_of_each_tenant SEC(".maps");
#endif

#if MISTAKE == 47 || MISTAKE == 48
__attribute__((noinline)) int sum(struct flow *flow)
{
	asm volatile("" ::: "memory"); /* the call stays where it is */
	return flow ? flow->packets + flow->bytes : 0;
}
#endif

struct flow unused;
char LICENSE[] SEC("license") = LICENCE;

# 10 "flows.bpf.h"
static __attribute__((always_inline, unused)) struct flow_map *flows_of_each_tenant_lookup(__u32 key) {
	return bpf_map_lookup_elem(&flows_of_each_tenant, &key);
}
# 20 "flows.bpf.h"
static __attribute__((always_inline, unused)) struct flow *flow_lookup(struct flow_map *map, __u32 key) {
	return bpf_map_lookup_elem(map, &key);
}
#if MISTAKE == 12
#define SECTION "cgroup_skb/egress"
#elif MISTAKE == 61
#define SECTION "kprobe/do_unlinkat"
#elif MISTAKE == 28
#define SECTION "kprobe/do_nanosleep"
#else
#define SECTION "tc"
#endif
extern void bpf_no_such_function(void) __attribute__((section(".ksyms"), weak));
#if MISTAKE == 63 || MISTAKE == 64
extern void bpf_rcu_read_lock(void) __attribute__((section(".ksyms")));
extern void bpf_preempt_disable(void) __attribute__((section(".ksyms")));
#endif
#if MISTAKE == 59
static long (*later)(void *context) = (void *)9999;
#elif MISTAKE == 62
static long each(void *map, __u32 *key, __u64 *value, void *context) { return bpf_map_delete_elem(map, key) + 5; }
#elif MISTAKE == 66
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 4);
} jumps SEC(".maps");
static __attribute__((noinline)) int hop(struct __sk_buff *ctx) {
	bpf_tail_call(ctx, &jumps, 0);
	return 1;
}
#endif
#define NOINLINE static __attribute__((noinline, unused))
NOINLINE int leaf(struct __sk_buff *ctx) {
	volatile char large[300];
	large[ctx->mark & 127] = 1;
	return large[1];
}
NOINLINE int deep8(struct __sk_buff *ctx) { return bpf_skb_pull_data(ctx, 8); }
#define DEEPER(name, next) NOINLINE int name(struct __sk_buff *ctx) { return next(ctx) + ctx->len; }
DEEPER(deep7, deep8) DEEPER(deep6, deep7) DEEPER(deep5, deep6) DEEPER(deep4, deep5)
DEEPER(deep3, deep4) DEEPER(deep2, deep3) DEEPER(deep1, deep2) DEEPER(deep, deep1)
# 1 "flows.bpf.c"
SEC(SECTION) int count(struct __sk_buff *ctx) {
	struct flow_map *map;
	struct flow *flow;
	struct locked *locked;
	__u32 key = 1;
	__u64 *total;
	(void)map, (void)flow, (void)locked, (void)key, (void)total;
#if MISTAKE == 1
# 11 "flows.bpf.c"
	map = flows_of_each_tenant_lookup(ctx->mark);
	flow = flow_lookup(map, 3);
	return flow ? 1 : 0;
#elif MISTAKE == 2
# 21 "flows.bpf.c"
	map = flows_of_each_tenant_lookup(1);
	if (!map)
		return 0;
	flow = flow_lookup(map, 3);
	flow->packets++;
	return 0;
#elif MISTAKE == 3
# 31 "flows.bpf.c"
	total = bpf_map_lookup_elem(&totals, &key);
	total[1]++;
	return 0;
#elif MISTAKE == 4
# 41 "flows.bpf.c"
	total = bpf_ringbuf_reserve(&events, 8, 0);
	*total = 1;
	bpf_ringbuf_submit(total, 0);
	return 0;
#elif MISTAKE == 5
# 51 "flows.bpf.c"
	total = bpf_ringbuf_reserve(&events, 8, 0);
	return total ? 1 : 0;
#elif MISTAKE == 6
# 61 "flows.bpf.c"
	locked = bpf_map_lookup_elem(&locks, &key);
	if (!locked)
		return 0;
	bpf_spin_lock(&locked->lock);
	locked->packets = bpf_ktime_get_ns();
	bpf_spin_unlock(&locked->lock);
	return 0;
#elif MISTAKE == 7
# 71 "flows.bpf.c"
	return *(__u8 *)(long)ctx->data;
#elif MISTAKE == 8
# 81 "flows.bpf.c"
	total = bpf_map_lookup_elem(&totals, &key);
	return total ? total[ctx->mark] : 0;
#elif MISTAKE == 9
# 91 "flows.bpf.c"
	return bpf_ktime_get_ns() ? bpf_redirect_map(&totals, 0, 0) : 1;
#elif MISTAKE == 10
# 101 "flows.bpf.c"
	for (__u32 i = ctx->mark; i != 7; i += 2) {
		asm volatile("" : "+r"(i)); /* clang 23 knows that an even number never becomes 7 */
		bpf_get_prandom_u32();
	}
	return 0;
#elif MISTAKE == 11
# 111 "flows.bpf.c"
	return bpf_trace_printk("x", 1);
#elif MISTAKE == 12
# 121 "flows.bpf.c"
	return 5;
#elif MISTAKE == 13
# 131 "flows.bpf.c"
	asm volatile("%0 = r7" : "=r"(key));
	return key;
#elif MISTAKE == 14
# 141 "flows.bpf.c"
	return *(volatile __u32 *)((char *)ctx + 4096);
#elif MISTAKE == 15
# 151 "flows.bpf.c"
	return ((volatile __u32 *)ctx)[ctx->mark & 3];
#elif MISTAKE == 16
# 161 "flows.bpf.c"
	total = bpf_map_lookup_elem(&constants, &key);
	if (total)
		*total = 1;
	return 0;
#elif MISTAKE == 17
# 171 "flows.bpf.c"
	return *(volatile __u64 *)(long)bpf_ktime_get_ns();
#elif MISTAKE == 18
# 181 "flows.bpf.c"
	return bpf_map_delete_elem(&totals, (void *)(long)ctx->mark);
#elif MISTAKE == 19
# 191 "flows.bpf.c"
	total = bpf_map_lookup_elem(&totals, &key);
	return total ? total[8] : 0;
#elif MISTAKE == 20
# 201 "flows.bpf.c"
	return !bpf_ringbuf_reserve(&totals, 8, 0);
#elif MISTAKE == 21
# 211 "flows.bpf.c"
	return *(volatile __u8 *)((long)ctx->data + (__u64)bpf_ktime_get_ns());
#elif MISTAKE == 22
# 221 "flows.bpf.c"
	volatile char local[16] = {};
	return local[ctx->mark];
#elif MISTAKE == 23
# 231 "flows.bpf.c"
	char local[16];
	return bpf_skb_load_bytes(ctx, 0, local, ctx->mark & 15);
#elif MISTAKE == 24
# 241 "flows.bpf.c"
	locked = bpf_map_lookup_elem(&locks, &key);
	if (!locked)
		return 0;
	bpf_spin_lock(&locked->lock);
	return 0;
#elif MISTAKE == 25
# 251 "flows.bpf.c"
	volatile char large[300];
	large[ctx->mark & 127] = 1;
	return leaf(ctx) + large[1];
#elif MISTAKE == 26
# 261 "flows.bpf.c"
	return deep(ctx);
#elif MISTAKE == 27
# 271 "flows.bpf.c"
	bpf_no_such_function();
	return 0;
#elif MISTAKE == 28
# 281 "flows.bpf.c"
	return bpf_copy_from_user(&key, sizeof(key), (void *)1);
#elif MISTAKE == 29
# 291 "flows.bpf.c"
	for (;;)
		asm volatile("");
#elif MISTAKE == 30
# 301 "flows.bpf.c"
	total = bpf_map_lookup_elem(&totals, &key);
	return total ? total[ctx->mark & 15] : 0;
#elif MISTAKE == 31
# 311 "flows.bpf.c"
	total = bpf_map_lookup_elem(&flows_of_each_tenant, &key);
	if (total)
		__sync_fetch_and_add(total, 1);
	return 0;
#elif MISTAKE == 34
# 341 "flows.bpf.c"
	return bpf_map_update_elem(&flows_of_each_tenant, &key, &key, 0);
#elif MISTAKE == 36
# 361 "flows.bpf.c"
	return bpf_map_update_elem(&events, &key, &key, 0);
#elif MISTAKE == 38
# 381 "flows.bpf.c"
	return bpf_perf_event_output(ctx, &events, 0, &key, sizeof(key));
#elif MISTAKE == 39
# 391 "flows.bpf.c"
	return bpf_map_lookup_elem(&forgotten, &key) != 0;
#elif MISTAKE == 40
# 401 "flows.bpf.c"
	locked = bpf_map_lookup_elem(&untyped, &key);
	if (!locked)
		return 0;
	bpf_spin_lock(&locked->lock);
	locked->packets++;
	bpf_spin_unlock(&locked->lock);
	return 0;
#elif MISTAKE == 41
# 411 "flows.bpf.c"
	void *inner = bpf_map_lookup_elem(&untyped_of_each_tenant, &key);
	locked = inner ? bpf_map_lookup_elem(inner, &key) : 0;
	if (!locked)
		return 0;
	bpf_spin_lock(&locked->lock);
	locked->packets++;
	bpf_spin_unlock(&locked->lock);
	return 0;
#elif MISTAKE == 43
# 431 "flows.bpf.c"
	struct bpf_timer *timer = bpf_map_lookup_elem(&totals, &key);
	return timer ? bpf_timer_init(timer, &totals, 1) : 0;
#elif MISTAKE == 45
# 451 "flows.bpf.c"
	total = bpf_map_lookup_elem(&totals, &key);
	return total ? total[-1] : 0;
#elif MISTAKE == 46
# 461 "flows.bpf.c"
	total = bpf_ringbuf_reserve(&events, 8, 0);
	if (!total)
		return 0;
	total[1] = 1;
	bpf_ringbuf_discard(total, 0);
	return 0;
#elif MISTAKE == 47
# 471 "flows.bpf.c"
	__u64 small = ctx->mark;
	return sum((struct flow *)&small);
#elif MISTAKE == 48
# 481 "flows.bpf.c"
	locked = bpf_map_lookup_elem(&locks, &key);
	if (!locked)
		return 0;
	bpf_spin_lock(&locked->lock);
	locked->packets = sum(0);
	bpf_spin_unlock(&locked->lock);
	return 0;
#elif MISTAKE == 50
# 501 "flows.bpf.c"
	total = bpf_ringbuf_reserve(&events, ctx->len, 0);
	if (total)
		bpf_ringbuf_discard(total, 0);
	return 0;
#elif MISTAKE == 51
# 511 "flows.bpf.c"
	struct bpf_dynptr record;
	char *data;
	bpf_ringbuf_reserve_dynptr(&events, 64, 0, &record);
	data = bpf_dynptr_data(&record, 0, ctx->len & 63);
	if (data)
		*data = 1;
	bpf_ringbuf_discard_dynptr(&record, 0);
	return 0;
#elif MISTAKE == 52
# 521 "flows.bpf.c"
	__u64 small = 0;
	bpf_skb_load_bytes(ctx, 0, &small, 16);
	return small;
#elif MISTAKE == 54
# 541 "flows.bpf.c"
	locked = bpf_map_lookup_elem(&locks, &key);
	if (locked)
		locked->lock.val = 0;
	return 0;
#elif MISTAKE == 56
# 561 "flows.bpf.c"
	bpf_tail_call(ctx, &totals, 0);
	return 0;
#elif MISTAKE == 58
# 581 "flows.bpf.c"
	total = bpf_map_lookup_elem(&totals, &key);
	if (total)
		total[(int)(ctx->mark & 3) - 2] = 1;
	return 0;
#elif MISTAKE == 59
# 591 "flows.bpf.c"
	return later(ctx);
#elif MISTAKE == 60
# 601 "flows.bpf.c"
	unsigned long data = (unsigned long)ctx->data;
	asm volatile("%0 &= 0xff" : "+r"(data));
	return *(char *)data;
#elif MISTAKE == 61
# 611 "flows.bpf.c"
	locked = bpf_map_lookup_elem(&locks, &key);
	if (!locked)
		return 0;
	bpf_spin_lock(&locked->lock);
	locked->packets++;
	bpf_spin_unlock(&locked->lock);
	return 0;
#elif MISTAKE == 62
# 621 "flows.bpf.c"
	return bpf_for_each_map_elem(&totals, each, 0, 0);
#elif MISTAKE == 63
# 631 "flows.bpf.c"
	bpf_rcu_read_lock();
	return 0;
#elif MISTAKE == 64
# 641 "flows.bpf.c"
	bpf_preempt_disable();
	return 0;
#elif MISTAKE == 65
# 651 "flows.bpf.c"
	__u32 *data = (void *)(long)ctx->data;
	if ((void *)(data + 1) > (void *)(long)ctx->data_end)
		return 0;
	__sync_fetch_and_add(data, 1);
	return 0;
#elif MISTAKE == 66
# 661 "flows.bpf.c"
	volatile char large[400];
	large[ctx->mark & 255] = 1;
	return hop(ctx) + large[1];
#elif MISTAKE == 67
# 671 "flows.bpf.c"
	total = bpf_ringbuf_reserve(&events, 16, 0);
	if (total)
		bpf_ringbuf_submit(total + 1, 0);
	return 0;
#elif MISTAKE == 68
# 681 "flows.bpf.c"
	unsigned char *packet = (void *)(long)ctx->data;
	if ((void *)(packet + 1) > (void *)(long)ctx->data_end)
		return 0;
	bpf_skb_pull_data(ctx, 64);
	return *packet;
#elif MISTAKE == 69
# 691 "flows.bpf.c"
	void **inner = bpf_map_lookup_elem(&flows_of_each_tenant, &key);
	return inner ? bpf_map_lookup_elem(*inner, &key) != 0 : 0;
#elif MISTAKE == 70
# 701 "flows.bpf.c"
	total = bpf_map_lookup_elem(&totals, &key);
	return total ? *(volatile __u8 *)(long)*total : 0;
#elif MISTAKE == 71
# 711 "flows.bpf.c"
	total = bpf_ringbuf_reserve(&events, 16, 0);
	if (!total)
		return 0;
	bpf_ringbuf_submit(total, 0);
	return *(volatile __u64 *)total;
#elif MISTAKE == 72
# 721 "flows.bpf.c"
	total = bpf_map_lookup_elem(&totals, &key);
	return total ? bpf_map_lookup_elem((void *)(long)*total, &key) != 0 : 0;
#elif MISTAKE == 73
# 731 "flows.bpf.c"
	total = bpf_map_lookup_elem(&totals, &key);
	return total ? bpf_map_lookup_elem(total, &key) != 0 : 0;
#elif MISTAKE == 74
# 741 "flows.bpf.c"
	unsigned char *header = (void *)(long)ctx->data;
	header += ctx->mark;
	return (void *)(header + 1) <= (void *)(long)ctx->data_end ? *header : 0;
#endif
# 999 "flows.bpf.c"
}
