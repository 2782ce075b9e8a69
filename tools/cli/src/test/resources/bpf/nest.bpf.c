/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* An object without Nestmap, with the types that the command shows in a readable form. */
#include <linux/bpf.h>
#include <linux/in6.h>
#include <bpf/bpf_helpers.h>

enum verdict { VERDICT_NONE, VERDICT_PASS, VERDICT_DROP };

struct flow_key {
	__be32 saddr;
	__u32 daddr;
	__be16 sport;
	__be16 dport;
	__u8 protocol;
	__u8 pad[3];
};

struct flow {
	__u32 mark;
	enum verdict verdict;
	__u64 packets;
	__u64 bytes;
	__u64 last_seen_ns;
	char ifname[16];
	__u8 mac[6];
	__u16 low : 4, high : 12;
};

struct flow_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct flow_key);
	__type(value, struct flow);
};

struct flow_map spill SEC(".maps"), gold SEC(".maps");

/* The name is longer than the 15 characters that the kernel keeps. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 20000);
	__type(key, __u32);
	__array(values, struct flow_map);
} flows_of_each_tenant SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct flow_map);
} classes SEC(".maps") = { .values = { [0] = &spill, [2] = &gold } };

struct host {
	union {
		__be32 ipv4;
		struct in6_addr ipv6;
	} addr;
	__u32 hits[4];
	__u8 family;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, struct host);
} hosts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 64);
	__type(key, __u64);
	__type(value, __u64);
} hits_per_cpu SEC(".maps");

SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u32 tenant = 7;
	struct flow_key key = {};
	struct flow *flow;
	void *flows;
	__u64 cpu_key = 443, *hits;

	hits = bpf_map_lookup_elem(&hits_per_cpu, &cpu_key);
	if (hits)
		*hits += 1;
	bpf_map_lookup_elem(&hosts, &tenant);
	bpf_map_lookup_elem(&classes, &tenant);
	flows = bpf_map_lookup_elem(&flows_of_each_tenant, &tenant);
	if (!flows)
		return XDP_PASS;
	flow = bpf_map_lookup_elem(flows, &key);
	if (flow)
		__sync_fetch_and_add(&flow->packets, 1);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
