/* SPDX-License-Identifier: GPL-2.0-only */
#include "traffic.bpf.h" /* generated from the records */
#include "nestmap/segments.h" /* comes with Nestmap */
#include <bpf/bpf_endian.h>
#include <linux/if_ether.h>
#include <linux/ip.h>

SEC("cgroup_skb/egress") /* runs for what sockets send: one packet, or a buffer that becomes many packets */
int count(struct __sk_buff *packet)
{
	struct nestmap_segments segments = nestmap_segments(packet);
	struct sent one = {.packets = segments.count, .bytes = segments.ip_bytes};
	struct iphdr ip;

	if (packet->protocol == bpf_htons(ETH_P_IP) && !bpf_skb_load_bytes(packet, 0, &ip, sizeof(ip)))
		device_sent_add(packet->ifindex, ip.daddr, &one); /* to the interface's inner map, if it has one */
	return 1; /* let the packet pass */
}

char LICENSE[] SEC("license") = "GPL";
