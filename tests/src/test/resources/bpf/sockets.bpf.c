/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Programs that are attached to sockets, and find other sockets in inner maps. */
#include "sockets.bpf.h"
#include <bpf/bpf_endian.h>

#define TENANT 1
#define UDP_HEADER 8

/* Redirects what a socket of the map sends to the tenant's second socket. */
SEC("sk_msg")
int turn(struct sk_msg_md *message)
{
	struct peer_map *peers = peers_by_lookup(TENANT);

	return peers ? bpf_msg_redirect_map(message, peers, 1, BPF_F_INGRESS) : SK_DROP;
}

/* Redirects what a socket of the map receives, so that socket number 7 sends it. */
SEC("sk_skb/stream_verdict")
int splice(struct __sk_buff *skb)
{
	struct client_map *clients = clients_at_lookup(TENANT);
	__u64 number = 7;

	return clients ? bpf_sk_redirect_hash(skb, clients, &number, 0) : SK_DROP;
}

/* Selects a socket: the packet's first byte is its index, the second byte is the tenant. */
SEC("sk_reuseport")
int choose(struct sk_reuseport_md *packet)
{
	__u8 *data = packet->data;
	struct listener_map *listeners;
	__u32 index;

	if ((void *)(data + UDP_HEADER + 2) > packet->data_end)
		return SK_DROP;
	index = data[UDP_HEADER];
	listeners = listeners_by_lookup(data[UDP_HEADER + 1]);
	if (!listeners || bpf_sk_select_reuseport(packet, listeners, &index, 0))
		return SK_DROP;
	return SK_PASS;
}

/* Accepts packets that begin with a k. */
SEC("socket")
int keep(struct __sk_buff *skb)
{
	__u8 first = 0;

	bpf_skb_load_bytes(skb, UDP_HEADER, &first, sizeof(first));
	return first == 'k' ? -1 : 0;
}

/* Puts both ends of a connection to the watched port into the tenant's map. */
SEC("sockops")
int established(struct bpf_sock_ops *operations)
{
	__u32 *port = listen_port_lookup(0), index;
	struct peer_map *peers = peers_by_lookup(TENANT);

	if (!port || !*port || !peers)
		return 1;
	if (operations->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB && operations->local_port == *port) {
		index = 0;
		bpf_sock_map_update(operations, peers, &index, BPF_ANY);
	}
	if (operations->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB && bpf_ntohl(operations->remote_port) == *port) {
		index = 1;
		bpf_sock_map_update(operations, peers, &index, BPF_ANY);
	}
	return 1;
}

/* Passes connections to the watched port to the tenant's first socket. */
SEC("sk_lookup")
int find(struct bpf_sk_lookup *lookup)
{
	__u32 *port = listen_port_lookup(0), zero = 0;
	struct peer_map *peers = peers_by_lookup(TENANT);
	struct bpf_sock *socket;
	long assigned;

	if (!port || lookup->local_port != *port || !peers)
		return SK_PASS;
	socket = bpf_map_lookup_elem(peers, &zero);
	if (!socket)
		return SK_PASS;
	assigned = bpf_sk_assign(lookup, socket, 0);
	bpf_sk_release(socket);
	return assigned ? SK_DROP : SK_PASS;
}

char _license[] SEC("license") = "GPL";
