/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts a packet in no map, in a flat HASH, in an ARRAY_OF_MAPS and in a HASH_OF_MAPS. See nesting.md. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define CUSTOMERS 64
#define SENDERS 1024

struct key {
	__u32 customer;
	__u32 sender;
};
struct count {
	__u64 packets;
	__u64 bytes;
};
struct inner {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SENDERS);
	__type(key, __u32);
	__type(value, struct count);
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, CUSTOMERS *SENDERS);
	__type(key, struct key);
	__type(value, struct count);
} flat SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, CUSTOMERS);
	__type(key, __u32);
	__array(values, struct inner);
} array SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, CUSTOMERS);
	__type(key, __u32);
	__array(values, struct inner);
} hash SEC(".maps");

/* The only variable, so .bss is this struct. */
struct {
	struct count single;
	__u32 customers, senders; /* powers of two */
	__u32 random;
} state;

/* The next key, in a random order. */
static __always_inline struct key next(void)
{
	__u32 random = state.random = state.random * 1664525 + 1013904223;

	return (struct key){(random >> 8) & (state.customers - 1), (random >> 16) & (state.senders - 1)};
}

static __always_inline int add(struct count *count)
{
	if (!count)
		return XDP_ABORTED; /* the measurement would be wrong */
	__sync_fetch_and_add(&count->packets, 1);
	__sync_fetch_and_add(&count->bytes, 64);
	return XDP_PASS;
}

static __always_inline int add_inner(void *inner, const __u32 *sender)
{
	return inner ? add(bpf_map_lookup_elem(inner, sender)) : XDP_ABORTED;
}

SEC("xdp")
int count_none(struct xdp_md *ctx)
{
	struct key key = next();

	state.single.bytes += key.customer + key.sender; /* so that the compiler keeps the key */
	return add(&state.single);
}

SEC("xdp")
int count_flat(struct xdp_md *ctx)
{
	struct key key = next();

	return add(bpf_map_lookup_elem(&flat, &key));
}

SEC("xdp")
int count_array(struct xdp_md *ctx)
{
	struct key key = next();

	return add_inner(bpf_map_lookup_elem(&array, &key.customer), &key.sender);
}

SEC("xdp")
int count_hash(struct xdp_md *ctx)
{
	struct key key = next();

	return add_inner(bpf_map_lookup_elem(&hash, &key.customer), &key.sender);
}

char LICENSE[] SEC("license") = "GPL";
