/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts packets to the server of SegmentsTest at each hook, as buffers and as segments. */
#include "segmented.bpf.h"
#include "nestmap/segments.h"

/* Whether a packet goes to an address that ends with .2.2 or :202, and is no ICMPv6. */
static __always_inline int is_to_server(const __u8 ip[40])
{
	return (ip[0] >> 4 == 4 && ip[18] == 2 && ip[19] == 2) ||
	       (ip[0] >> 4 == 6 && ip[38] == 2 && ip[39] == 2 && ip[6] != 58);
}

static __always_inline void count(struct __sk_buff *packet, __u32 hook)
{
	struct nestmap_segments segments = nestmap_segments(packet);
	struct counted one = {.buffers = 1,
			      .buffer_bytes = packet->len,
			      .packets = segments.count,
			      .ip_bytes = segments.ip_bytes,
			      .frame_bytes = segments.frame_bytes};
	__u8 ip[40] = {};

	if (bpf_skb_load_bytes_relative(packet, 0, ip, sizeof(ip), BPF_HDR_START_NET))
		bpf_skb_load_bytes_relative(packet, 0, ip, 20, BPF_HDR_START_NET);
	(void)counted_add(is_to_server(ip) && segments.ip_bytes ? hook : hook + 16, &one);
}

#define COUNT(section, name, hook, result)     \
	SEC(section)                           \
	int name(struct __sk_buff *packet)     \
	{                                      \
		count(packet, hook);           \
		return result;                 \
	}

COUNT("cgroup_skb/egress", cgroup_egress, 0, 1)
COUNT("tc", tc_egress, 1, -1)
COUNT("tcx/egress", sender_egress, 2, -1)
COUNT("tcx/ingress", router_ingress, 3, -1)
COUNT("tcx/egress", router_egress, 4, -1)
COUNT("tcx/ingress", receiver_ingress, 5, -1)
COUNT("socket", packet_socket, 6, -1)
COUNT("socket", socket_filter, 7, -1)
COUNT("cgroup_skb/ingress", cgroup_ingress, 8, 1)

SEC("xdp.frags")
int xdp_multi(struct xdp_md *ctx)
{
	__u64 bytes = bpf_xdp_get_buff_len(ctx);
	struct counted one = {.buffers = 1, .buffer_bytes = bytes, .packets = 1, .frame_bytes = bytes};
	__u8 ip[40] = {};

	if (bpf_xdp_load_bytes(ctx, 14, ip, sizeof(ip)))
		bpf_xdp_load_bytes(ctx, 14, ip, 20);
	(void)counted_add(is_to_server(ip) ? 12 : 28, &one);
	return XDP_PASS;
}

/* Test runs read the results from what these return. */
SEC("tc")
int count_of(struct __sk_buff *packet)
{
	return nestmap_segments(packet).count;
}

SEC("tc")
int ip_bytes_of(struct __sk_buff *packet)
{
	return nestmap_segments(packet).ip_bytes;
}

SEC("tc")
int frame_bytes_of(struct __sk_buff *packet)
{
	return nestmap_segments(packet).frame_bytes;
}

char LICENSE[] SEC("license") = "GPL";
