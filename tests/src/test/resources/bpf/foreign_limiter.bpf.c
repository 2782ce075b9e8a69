/* SPDX-License-Identifier: GPL-2.0 */
/* A program as others write it, which its loader adjusts: constants, placeholder sizes, maps without inner definitions, optional programs. */
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

enum mode { MODE_OFF, MODE_COUNT, MODE_DROP = 7 };

struct limits {
	__u16 port;
	struct {
		__u8 low;
		__be16 high;
	};
	char name[8];
};

const volatile __u64 max_pps = 10;
const volatile bool verbose;
const volatile __s8 offset;
const volatile enum mode mode = MODE_COUNT;
const volatile struct limits limits = { .port = 80 };
const volatile __u32 ports[3];
static volatile const __u32 hidden = 5;
__u32 seen = 3;

struct policy_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1); /* the loader sets it */
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, __u64);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1); /* the loader sets it */
	__type(key, __u32);
	__array(values, struct policy_map);
} policies SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); /* no size and no inner maps, as in systemd */
	__type(key, __u64);
	__type(value, __u32);
} units SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); /* for programs that not every loader uses */
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u32);
} extras SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1); /* the loader sets it */
	__type(key, __u32);
	__type(value, __u32);
} clients SEC(".maps");

struct ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1000); /* libbpf rounds it */
} first_ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, int);
	__array(values, struct ring);
} rings SEC(".maps") = {
	.values = { [2] = &first_ring },
};

SEC("xdp")
int limiter(struct xdp_md *ctx)
{
	__u32 key = 1;
	__u64 *value;
	void *policy = bpf_map_lookup_elem(&policies, &key);

	(void)ctx;
	if (hidden != 5 || !policy)
		return -1;
	value = bpf_map_lookup_elem(policy, &key);
	return value ? (int)(*value + max_pps) : -2;
}

SEC("xdp")
int constants(struct xdp_md *ctx)
{
	(void)ctx;
	__sync_fetch_and_add(&seen, 1);
	if (!verbose || offset != -3 || mode != MODE_DROP || limits.port != 443 || limits.high != __builtin_bswap16(8080))
		return 0;
	return limits.name[0] == 'a' && limits.name[1] == 'b' && !limits.name[2] ? (int)ports[1] : 0;
}

SEC("xdp")
int restricted(struct xdp_md *ctx)
{
	__u64 key = 42;
	__u32 mode_key = 0, *value;
	void *unit = bpf_map_lookup_elem(&units, &key);

	(void)ctx;
	value = unit ? bpf_map_lookup_elem(unit, &mode_key) : NULL;
	return value ? (int)*value : -1;
}

SEC("xdp")
int extra(struct xdp_md *ctx)
{
	__u32 key = 1;

	(void)ctx;
	return bpf_map_lookup_elem(&extras, &key) ? 1 : 0;
}

SEC("?xdp")
int on_request(struct xdp_md *ctx)
{
	(void)ctx;
	return 99;
}

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	return *(int *)(long)ctx->data; /* the verifier rejects it */
}

char LICENSE[] SEC("license") = "GPL";
