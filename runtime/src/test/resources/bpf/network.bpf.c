/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The maps of the test class Network. Parts of it differ where a test says so. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#ifndef PACKETS
#define PACKETS __u64
#endif
#ifndef TENANTS
#define TENANTS 16
#endif

struct flow_key {
	__be16 port;
	__u8 protocol;
	__u8 _pad0[1];
};

struct flow_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct flow_key);
	__type(value, PACKETS);
};

struct counter_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
#ifndef OPEN
	__uint(max_entries, TENANTS);
#endif
	__type(key, __u32);
#ifndef OPEN
	__array(values, struct flow_map);
#endif
} tenant SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct counter_map);
} shard SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct flow_key);
	__type(value, __u64);
#ifdef AUTO_PINS
	__uint(pinning, LIBBPF_PIN_BY_NAME);
#endif
} flow SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
#ifdef AUTO_PINS
	__uint(pinning, LIBBPF_PIN_BY_NAME);
#endif
} counter SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 64);
	__type(key, __u64);
	__type(value, __u32);
} recent SEC(".maps");

/* Counts in the flow 443/6 of tenant 42: what user space wrote, this finds. */
static __always_inline int count(void)
{
	__u32 id = 42;
	struct flow_key key = { .port = __builtin_bswap16(443), .protocol = 6 };
	PACKETS *packets;
	void *flows;

	flows = bpf_map_lookup_elem(&tenant, &id);
	if (!flows)
		return 0;
	packets = bpf_map_lookup_elem(flows, &key);
	if (!packets)
		return 0;
	__sync_fetch_and_add(packets, 1);
	return 1;
}

SEC("xdp")
int count_packet(struct xdp_md *ctx)
{
	count();
	return XDP_PASS;
}

/* The same, but it makes the flow if it is missing. Every run counts one, unless there is no tenant 42: then it says so. */
SEC("xdp")
int count_or_add(struct xdp_md *ctx)
{
	__u32 id = 42;
	struct flow_key key = { .port = __builtin_bswap16(443), .protocol = 6 };
	PACKETS zero = 0;
	PACKETS *packets;
	void *flows;

	flows = bpf_map_lookup_elem(&tenant, &id);
	if (!flows)
		return XDP_ABORTED;
	packets = bpf_map_lookup_elem(flows, &key);
	if (!packets) {
		bpf_map_update_elem(flows, &key, &zero, BPF_NOEXIST);
		packets = bpf_map_lookup_elem(flows, &key);
	}
	if (!packets)
		return XDP_ABORTED;
	__sync_fetch_and_add(packets, 1);
	return XDP_PASS;
}

#ifdef SLEEPABLE
SEC("syscall")
int count_call(void *ctx)
{
	return count();
}
#endif

char LICENSE[] SEC("license") = "GPL";

/* As in generated headers: keeps the types of inner maps whole in BTF. */
static struct {
	char anchor;
	struct flow_key keys[0];
} nestmap_network_anchor SEC(".nestmap") __attribute__((used));
