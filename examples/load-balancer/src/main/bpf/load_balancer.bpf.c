/* SPDX-License-Identifier: GPL-2.0-only */
/* Sends the datagrams of a service on to its backends. */
#include "load_balancer.bpf.h"
#include <bpf/bpf_endian.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#define PLACES 1021 /* as in LoadBalancer.java */
#define IP_FRAGMENT 0x3fff /* more fragments, or an offset */

/* Spreads a number over 32 bits (the finalizer of MurmurHash3). */
static __u32 hash(__u32 value)
{
	value ^= value >> 16;
	value *= 0x85ebca6b;
	value ^= value >> 13;
	value *= 0xc2b2ae35;
	return value ^ value >> 16;
}

/* The place of a flow. Flow.java computes the same. */
static __u32 place_of(__be32 source, __be16 port)
{
	return hash(bpf_ntohl(source) ^ hash(bpf_ntohs(port))) % PLACES;
}

/* Returns an internet checksum after a word that it covers has changed (RFC 1624). */
static __sum16 adjusted(__sum16 check, __be32 from, __be32 to)
{
	__u32 sum = bpf_csum_diff(&from, sizeof(from), &to, sizeof(to), (__u16)~check);

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* Rewrites the destination. UDP's checksum covers it too; 0 means that there is no checksum. */
static void send_to(__be32 backend, struct iphdr *ip, struct udphdr *udp)
{
	ip->check = adjusted(ip->check, ip->daddr, backend);
	if (udp->check) {
		udp->check = adjusted(udp->check, ip->daddr, backend);
		if (!udp->check)
			udp->check = 0xffff;
	}
	ip->daddr = backend;
}

SEC("xdp")
int balance(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);
	__be32 *place;

	if ((void *)(udp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) || ip->ihl != 5 ||
	    ip->protocol != IPPROTO_UDP || ip->frag_off & bpf_htons(IP_FRAGMENT))
		return XDP_PASS;

	struct service_key service = { .address = ip->daddr, .port = udp->dest };

	/* Looks up the service's current table, and the place in it. */
	place = service_place_lookup(&service, place_of(ip->saddr, udp->source));
	if (!place || !*place)
		return XDP_PASS;
	(void)traffic_add(*place, 1); /* the value of this CPU only */
	send_to(*place, ip, udp);
	return XDP_PASS; /* to the backend's address, here on the same machine */
}

char LICENSE[] SEC("license") = "GPL";
