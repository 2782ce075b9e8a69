/* SPDX-License-Identifier: GPL-2.0-only */
#include "flows.bpf.h" /* generated from the records */
#include "nestmap/segments.h" /* comes with Nestmap */
#include <bpf/bpf_endian.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

SEC("cgroup_skb/egress") /* runs for the UDP packets that processes send over IPv4 to a tenant's port */
int count(struct __sk_buff *packet)
{
	struct nestmap_segments segments = nestmap_segments(packet);
	struct flow one = {.packets = segments.count, .bytes = segments.ip_bytes};
	struct iphdr ip;
	struct udphdr udp;

	if (packet->protocol != bpf_htons(ETH_P_IP) || bpf_skb_load_bytes(packet, 0, &ip, sizeof(ip)) ||
	    ip.protocol != IPPROTO_UDP || bpf_skb_load_bytes(packet, ip.ihl * 4, &udp, sizeof(udp)))
		return 1;

	struct flow_key key = {
		.source = ip.saddr,
		.destination = ip.daddr,
		.source_port = udp.source,
		.destination_port = udp.dest,
	};
	tenant_flow_add(bpf_ntohs(udp.dest), &key, &one);
	return 1; /* let the packet pass */
}

char LICENSE[] SEC("license") = "GPL";
