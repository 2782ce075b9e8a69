/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Two maps whose names have the same first 15 characters, which are all that the kernel keeps. */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

struct by_addr {
	__be32 saddr;
};
struct by_port {
	__u16 port;
	__u16 zone;
};
struct counter {
	__u64 packets;
};
struct inner {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct counter);
	__uint(max_entries, 8);
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__type(key, struct by_addr);
	__uint(max_entries, 8);
	__array(values, struct inner);
} flows_of_tenant_by_addr SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__type(key, struct by_port);
	__uint(max_entries, 8);
	__array(values, struct inner);
} flows_of_tenant_by_port SEC(".maps");

struct by_addr unused_address;
struct by_port unused_port;
struct counter unused_counter;

SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct by_addr address = {};
	struct by_port port = {};
	void *one = bpf_map_lookup_elem(&flows_of_tenant_by_addr, &address);
	void *other = bpf_map_lookup_elem(&flows_of_tenant_by_port, &port);

	return one && other ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
