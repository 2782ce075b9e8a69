/* SPDX-License-Identifier: GPL-2.0-only */
#include "bill.bpf.h" /* generated from the records */
#include "nestmap/segments.h" /* comes with Nestmap */
#include <bpf/bpf_endian.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#define NOBODY 0 /* as in Bill.java */
#define NOT_IP 1

/* The row of the customer who receives or sends the packet. */
static __always_inline __u32 row(struct __sk_buff *packet, int is_sent)
{
	struct ipv6_prefix ours = {.prefixlen = 128};
	__u8 *address = (__u8 *)&ours.addr;
	const __u32 *customer;
	__u32 at;
	long failed;

	if (packet->protocol == bpf_htons(ETH_P_IPV6)) {
		at = is_sent ? offsetof(struct ipv6hdr, saddr) : offsetof(struct ipv6hdr, daddr);
		failed = bpf_skb_load_bytes_relative(packet, at, address, 16, BPF_HDR_START_NET);
	} else { /* IPv4, as ::ffff:192.0.2.7 */
		at = is_sent ? offsetof(struct iphdr, saddr) : offsetof(struct iphdr, daddr);
		address[10] = address[11] = 0xff;
		failed = bpf_skb_load_bytes_relative(packet, at, address + 12, 4, BPF_HDR_START_NET);
	}
	customer = failed ? NULL : network_lookup(&ours);
	return customer && *customer < rows ? *customer : NOBODY;
}

static __always_inline void count(struct __sk_buff *packet, int is_sent)
{
	/* A buffer may become many packets on the network. */
	struct nestmap_segments segments = nestmap_segments(packet);
	__u32 to = segments.ip_bytes ? row(packet, is_sent) : NOT_IP;
	__u32 link_bytes = segments.count * ETH_HLEN; /* a tun device has none, and frames may be shorter */
	__u32 without_link = segments.frame_bytes > link_bytes ? segments.frame_bytes - link_bytes : 0;
	__u32 bytes = segments.ip_bytes ?: without_link;
	struct traffic one = {};

	if (is_sent) {
		one.sent_packets = segments.count;
		one.sent_bytes = bytes;
	} else {
		one.received_packets = segments.count;
		one.received_bytes = bytes;
	}
	current_traffic_add(0, to, &one);
}

SEC("tcx/ingress")
int count_received(struct __sk_buff *packet)
{
	count(packet, 0);
	return -1; /* TCX_NEXT: the next program decides */
}

SEC("tcx/egress")
int count_sent(struct __sk_buff *packet)
{
	count(packet, 1);
	return -1;
}

char LICENSE[] SEC("license") = "GPL";
