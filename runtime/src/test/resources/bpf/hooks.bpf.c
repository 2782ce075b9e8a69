/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Programs for hooks that refuse them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} sockets SEC(".maps");

SEC("xdp")
int frames(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("cgroup_skb/egress")
int group(struct __sk_buff *skb)
{
	return 1;
}

SEC("cgroup_skb/egress")
int other_group(struct __sk_buff *skb)
{
	return 1;
}

SEC("sk_skb/stream_verdict")
int stream(struct __sk_buff *skb)
{
	return SK_PASS;
}

SEC("sk_skb/verdict")
int datagram(struct __sk_buff *skb)
{
	return SK_PASS;
}

SEC("sk_reuseport")
int port(struct sk_reuseport_md *ctx)
{
	return SK_PASS;
}

SEC("socket")
int filter(struct __sk_buff *skb)
{
	return 0;
}

SEC("uprobe")
int probe(void *ctx)
{
	return 0;
}

SEC("tcx/ingress")
int ordered(struct __sk_buff *skb)
{
	return -1;
}

SEC("netfilter")
int packets(void *ctx)
{
	return 1;
}

SEC("flow_dissector")
int dissect(struct __sk_buff *skb)
{
	return 0;
}

SEC("netfilter")
int other_packets(void *ctx)
{
	return 1;
}

SEC("flow_dissector")
int other_dissect(struct __sk_buff *skb)
{
	return 0;
}
