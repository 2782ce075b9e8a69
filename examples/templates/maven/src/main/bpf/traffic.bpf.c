/* SPDX-License-Identifier: GPL-2.0-only */
#include "traffic.bpf.h" /* generated from the records */
#include <bpf/bpf_endian.h>
#include <linux/if_ether.h>
#include <linux/ip.h>

SEC("cgroup_skb/egress") /* runs for each packet that a socket sends */
int count(struct __sk_buff *packet)
{
	struct sent_map *device = device_lookup(packet->ifindex); /* the interface's inner map, or NULL */
	struct sent init = {}, *sent;
	struct iphdr ip;

	if (!device || packet->protocol != bpf_htons(ETH_P_IP) ||
	    bpf_skb_load_bytes(packet, 0, &ip, sizeof(ip)))
		return 1;
	sent = sent_lookup_or_init(device, ip.daddr, &init);
	if (sent) {
		__sync_fetch_and_add(&sent->packets, 1);
		__sync_fetch_and_add(&sent->bytes, packet->len);
	}
	return 1; /* let the packet pass */
}

char LICENSE[] SEC("license") = "GPL";
