/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A hash of hashes, and one program of each kind that Nestmap attaches or runs. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct flow_key {
	__u32 source;
	__u32 destination;
};

struct flow {
	__u64 packets;
	__u64 bytes;
};

struct flow_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 128);
	__type(key, struct flow_key);
	__type(value, struct flow);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct flow_map);
} a_name_longer_than_15_characters SEC(".maps");

/* Keeps the inner map's types in BTF. */
static struct {
	char anchor;
	struct flow_key k[0];
	struct flow v[0];
} nestmap_nested_anchor SEC(".nestmap") __attribute__((used));

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} entered SEC(".maps");

/* In .bss, whose map is libbpf's own. */
__u64 total;

/* Counts the packet and its bytes in the inner map of key 42. */
SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u32 id = 42;
	struct flow_key key = { 1, 2 };
	struct flow *flow;
	void *flows;

	flows = bpf_map_lookup_elem(&a_name_longer_than_15_characters, &id);
	if (!flows)
		return XDP_ABORTED;
	flow = bpf_map_lookup_elem(flows, &key);
	if (!flow)
		return XDP_DROP;
	__sync_fetch_and_add(&flow->packets, 1);
	__sync_fetch_and_add(&flow->bytes, ctx->data_end - ctx->data);
	__sync_fetch_and_add(&total, 1);
	return XDP_PASS;
}

/* Takes the first two bytes off the packet and writes the third. */
SEC("xdp")
int shorten(struct xdp_md *ctx)
{
	__u8 *data;

	if (bpf_xdp_adjust_head(ctx, 2))
		return XDP_ABORTED;
	data = (void *)(long)ctx->data;
	if (data + 1 > (__u8 *)(long)ctx->data_end)
		return XDP_ABORTED;
	*data = 0xab;
	return XDP_TX;
}

static __always_inline int count_entry(void)
{
	__u32 zero = 0;
	__u64 *count = bpf_map_lookup_elem(&entered, &zero);

	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

SEC("raw_tp/sys_enter")
int enter(void *ctx)
{
	return count_entry();
}

SEC("raw_tp")
int anywhere(void *ctx)
{
	return count_entry();
}

struct sum {
	__u32 a;
	__u32 b;
	__u64 sum;
};

SEC("syscall")
int add(struct sum *sum)
{
	sum->sum = (__u64)sum->a + sum->b;
	return 7;
}

SEC("?xdp")
int not_loaded(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
