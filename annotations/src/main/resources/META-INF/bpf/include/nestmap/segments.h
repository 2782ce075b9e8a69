/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * How many packets a socket buffer is on the network, and how many bytes they have there.
 *
 * The kernel handles up to 64 KiB of a connection as one buffer. On the way out, it cuts the buffer into packets after the last program
 * has seen it (GSO, or TSO in the network card). On the way in, it joins packets before the first program sees them (GRO). A program that
 * counts each buffer as one packet with packet->len bytes therefore counts too few packets. It also counts too few bytes, because each
 * packet on the network has its own headers.
 *
 * For programs in the sections cgroup_skb/..., tc, classifier, tcx/..., netkit/... and socket.
 */
#ifndef NESTMAP_SEGMENTS_H
#define NESTMAP_SEGMENTS_H

#ifndef __VMLINUX_H__
#include <linux/bpf.h>
#endif
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* The packets that one socket buffer is on the network. */
struct nestmap_segments {
	/* The number of packets: 1 for a buffer that the kernel does not cut. */
	__u32 count;
	/* Their bytes from the IP header on. 0 if the buffer is neither IPv4 nor IPv6. */
	__u32 ip_bytes;
	/*
	 * Their bytes with the link header (Ethernet: 14 bytes for each packet), as `ip -s link` counts. This does not include what the
	 * network card adds: the frame's checksum, padding, and a VLAN tag that it inserts. cgroup_skb programs, and filters of TCP and UDP
	 * sockets, see no link header, so there it equals ip_bytes.
	 */
	__u32 frame_bytes;
};

/* The data of the buffer begins behind the IP header, or after an unknown link header. */
#define __NESTMAP_UNKNOWN 0xffffffffU

static __always_inline __u16 __nestmap_u16(const __u8 *bytes)
{
	return (__u16)(bytes[0] << 8 | bytes[1]);
}

/* Loads bytes from a place behind the start of the IP header. `link` is the length of the link header. */
static __always_inline long __nestmap_load(struct __sk_buff *packet, __u32 link, __u32 at, void *to, __u32 size)
{
	return link == __NESTMAP_UNKNOWN ? bpf_skb_load_bytes_relative(packet, at, to, size, BPF_HDR_START_NET)
					 : bpf_skb_load_bytes(packet, link + at, to, size);
}

/* Whether the data of the buffer has these 8 bytes, the start of the IP header, at an offset. */
static __always_inline int __nestmap_is_at(struct __sk_buff *packet, __u32 offset, __u64 start)
{
	__u64 found;

	return !bpf_skb_load_bytes(packet, offset, &found, sizeof(found)) && found == start;
}

/* The headers of a packet, one after the other. */
struct __nestmap_headers {
	struct __sk_buff *packet;
	__u32 link;
	/* Where the next header begins, from the outer IP header on. */
	__u32 at;
	/* The end of the outer UDP header. It ends the headers, unless a tunnel's header follows. */
	__u32 udp_end;
	/* The length of the headers that each segment has, or 0 for a protocol without segments. */
	__u32 length;
	/* The length of the hop-by-hop header that stands for the length of a buffer above 64 KiB. No segment has it. */
	__u32 jumbo;
	/* The protocol of the next header. */
	__u8 next;
};

enum {
	__NESTMAP_HOP_BY_HOP = 0,
	__NESTMAP_IPV4 = 4,
	__NESTMAP_TCP = 6,
	__NESTMAP_UDP = 17,
	__NESTMAP_IPV6 = 41,
	__NESTMAP_ROUTING = 43,
	__NESTMAP_FRAGMENT = 44,
	__NESTMAP_GRE = 47,
	__NESTMAP_AUTHENTICATION = 51,
	__NESTMAP_DESTINATION = 60,
	__NESTMAP_SCTP = 132,
	__NESTMAP_ETHERNET = 255, /* reserved, so no IP header has it */
};

/*
 * Reads one header. Returns 1 after the last one: the TCP, UDP or SCTP header. The headers of a tunnel and the inner headers belong to each
 * segment: IP in IP, GRE, VXLAN (ports 4789 and 8472) and Geneve (port 6081).
 */
static __attribute__((unused)) long __nestmap_read_header(__u32 index, struct __nestmap_headers *headers)
{
	struct __sk_buff *packet = headers->packet;
	__u32 link = headers->link, at = headers->at;
	__u8 head[8], next = headers->next;

	(void)index;
	headers->length = headers->udp_end;
	if (__nestmap_load(packet, link, at, head, sizeof(head)))
		return 1;
	switch (next) {
	case __NESTMAP_IPV4:
	case __NESTMAP_IPV6:
		if (head[0] >> 4 == 4) {
			if (__nestmap_load(packet, link, at + 9, &next, 1))
				return 1;
			at += (head[0] & 15) * 4;
		} else if (head[0] >> 4 == 6) {
			next = head[6];
			if (next == __NESTMAP_HOP_BY_HOP && !__nestmap_u16(head + 4))
				headers->jumbo = 8;
			at += 40;
		} else {
			return 1; /* the port of a tunnel, but no tunnel */
		}
		break;
	case __NESTMAP_HOP_BY_HOP:
	case __NESTMAP_ROUTING:
	case __NESTMAP_DESTINATION:
		next = head[0];
		at += head[1] * 8 + 8;
		break;
	case __NESTMAP_FRAGMENT:
		next = head[0];
		at += 8;
		break;
	case __NESTMAP_AUTHENTICATION:
		next = head[0];
		at += head[1] * 4 + 8;
		break;
	case __NESTMAP_ETHERNET:
		if (__nestmap_load(packet, link, at + 12, head, 2))
			return 1;
		at += __nestmap_u16(head) == 0x8100 ? 18 : 14;
		next = __NESTMAP_IPV4;
		break;
	case __NESTMAP_GRE:
		at += 4 + (head[0] & 0x80 ? 4 : 0) + (head[0] & 0x20 ? 4 : 0) + (head[0] & 0x10 ? 4 : 0);
		next = __nestmap_u16(head + 2) == 0x6558 ? __NESTMAP_ETHERNET : __NESTMAP_IPV4;
		break;
	case __NESTMAP_UDP:
		headers->length = at + 8;
		if (headers->udp_end)
			return 1;
		headers->udp_end = at + 8;
		switch (__nestmap_u16(head + 2)) {
		case 4789:
		case 8472:
			at += 16;
			next = __NESTMAP_ETHERNET;
			break;
		case 6081:
			if (__nestmap_load(packet, link, at + 8, head, sizeof(head)))
				return 1;
			at += 16 + (head[0] & 63) * 4;
			next = __nestmap_u16(head + 2) == 0x6558 ? __NESTMAP_ETHERNET : __NESTMAP_IPV4;
			break;
		default:
			return 1;
		}
		break;
	case __NESTMAP_TCP:
		if (__nestmap_load(packet, link, at + 12, head, 1))
			return 1;
		headers->length = at + (head[0] >> 4) * 4;
		return 1;
	case __NESTMAP_SCTP:
		headers->length = at + 12;
		return 1;
	default:
		return 1;
	}
	headers->at = at;
	headers->next = next;
	return 0;
}

/* The length of the headers that each segment has, from the outer IP header on, or 0 if it is unknown. Adds what no segment has to `jumbo`. */
static __always_inline __u32 __nestmap_header_length(struct __sk_buff *packet, __u32 link, __u32 *jumbo)
{
	struct __nestmap_headers headers = {.packet = packet, .link = link, .next = __NESTMAP_IPV4};

	bpf_loop(16, __nestmap_read_header, &headers, 0); /* the verifier would need too long for a loop in C */
	*jumbo = headers.jumbo;
	return headers.length > headers.jumbo ? headers.length - headers.jumbo : 0;
}

/* Returns what a socket buffer is on the network. The buffer need not be IP. */
static __always_inline struct nestmap_segments nestmap_segments(struct __sk_buff *packet)
{
	struct nestmap_segments all = {.count = 1, .frame_bytes = packet->len};
	__u32 payload = packet->gso_size, len = packet->len, link = __NESTMAP_UNKNOWN, headers = 0, declared, jumbo = 0;
	union {
		__u64 word;
		__u8 bytes[8];
	} start;

	if (payload && packet->gso_segs)
		all.count = packet->gso_segs;
	/* The IP header can be outside of the linear data only where a driver has just received the packet. */
	if (bpf_skb_load_bytes_relative(packet, 0, &start, sizeof(start), BPF_HDR_START_NET) &&
	    bpf_skb_load_bytes(packet, 14, &start, sizeof(start)))
		return all;
	if (packet->protocol == bpf_htons(0x0800) && start.bytes[0] >> 4 == 4)
		declared = __nestmap_u16(start.bytes + 2);
	else if (packet->protocol == bpf_htons(0x86dd) && start.bytes[0] >> 4 == 6)
		declared = __nestmap_u16(start.bytes + 4) ? __nestmap_u16(start.bytes + 4) + 40 : 0;
	else
		return all;

	/* The data begins at the IP header in cgroup_skb programs, and at the link header in tc programs. No field of the context says so. */
	if (__nestmap_is_at(packet, 0, start.word))
		link = 0;
	else if (__nestmap_is_at(packet, 14, start.word))
		link = 14;
	else if (__nestmap_is_at(packet, 18, start.word))
		link = 18;
	if (payload)
		headers = __nestmap_header_length(packet, link, &jumbo);

	if (link == __NESTMAP_UNKNOWN) {
		/* In a filter of a TCP or UDP socket, the data begins behind the IP header, which the kernel has checked. */
		all.ip_bytes = declared && declared <= len + 256 ? declared : len;
		all.frame_bytes = all.ip_bytes;
	} else {
		/* Before the kernel checks the IP header, a packet may declare any length. A short frame has padding. */
		all.ip_bytes = !payload && declared && declared < len - link ? declared : len - link;
	}
	if (!payload || !headers)
		return all;
	all.ip_bytes -= jumbo;
	all.frame_bytes -= jumbo;
	/* The kernel leaves the number open for buffers of virtual machines, and after programs that changed their headers. */
	if (!packet->gso_segs && all.ip_bytes > headers)
		all.count = (all.ip_bytes - headers + payload - 1) / payload;
	all.ip_bytes += (all.count - 1) * headers;
	all.frame_bytes += (all.count - 1) * (headers + (link == __NESTMAP_UNKNOWN ? 0 : link));
	return all;
}

#endif /* NESTMAP_SEGMENTS_H */
