/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Uses maps that programs redirect packets to or record stacks in. */
#include "targets.bpf.h"

/* Evaluates an expression with an inner map, map, or returns another value if there is no inner map. */
#define IN(outer, inner, absent, expression)                                                                            \
	({                                                                                                             \
		struct inner##_map *map = outer##_lookup(1);                                                            \
                                                                                                                       \
		map ? (expression) : (absent);                                                                         \
	})

static int status;

static __always_inline void want(int redirected, int bit)
{
	if (redirected != XDP_REDIRECT)
		status |= bit;
}

static __always_inline void refuse(int passed, int bit)
{
	if (passed != XDP_DROP)
		status |= bit;
}

/* Reports by bits which maps lack an entry that they should have, or have one that they should not. */
SEC("xdp")
int redirect(struct xdp_md *ctx)
{
	struct port_map *ports = ports_by_lookup(1);

	(void)ctx;
	status = 0;
	if (!ports)
		return -1;
	want(bpf_redirect_map(ports, 3, XDP_DROP), 1);
	refuse(bpf_redirect_map(ports, 4, XDP_DROP), 2);
	want(IN(ports_at, port, -1, bpf_redirect_map(map, 3, XDP_DROP)), 4);
	want(bpf_redirect_map(&plain_port, 3, XDP_DROP), 8);
	want(IN(devices_by, device, -1, bpf_redirect_map(map, 70000, XDP_DROP)), 16);
	want(IN(devices_at, device, -1, bpf_redirect_map(map, 70000, XDP_DROP)), 32);
	want(bpf_redirect_map(&plain_device, 70000, XDP_DROP), 64);
	want(IN(workers_by, worker, -1, bpf_redirect_map(map, 0, XDP_DROP)), 128);
	want(IN(workers_at, worker, -1, bpf_redirect_map(map, 0, XDP_DROP)), 256);
	want(bpf_redirect_map(&plain_worker, 0, XDP_DROP), 512);
	refuse(bpf_redirect_map(&plain_ring, 0, XDP_DROP), 1024);
	refuse(IN(rings_of_by, ring, -1, bpf_redirect_map(map, 0, XDP_DROP)), 2048);
	return status;
}

/* Records the current stack three times. */
SEC("raw_tp")
int record(void *ctx)
{
	long one = bpf_get_stackid(ctx, &plain_stack, 0);
	long other = IN(stacks_by, stack, -1, bpf_get_stackid(ctx, map, 0));
	long third = IN(stacks_at, stack, -1, bpf_get_stackid(ctx, map, 0));

	return one >= 0 && other >= 0 && third >= 0 ? 7 : 0;
}

/* Reports by bits which maps have a socket to redirect the packet to. */
SEC("xdp")
int rings(struct xdp_md *ctx)
{
	(void)ctx;
	return (bpf_redirect_map(&plain_ring, 3, XDP_DROP) == XDP_REDIRECT) |
	       (IN(rings_of_by, ring, -1, bpf_redirect_map(map, 0, XDP_DROP)) == XDP_REDIRECT) << 1 |
	       (IN(rings_of_at, ring, -1, bpf_redirect_map(map, 7, XDP_DROP)) == XDP_REDIRECT) << 2;
}

/* Redirects a message to the socket that user space put next to its sender. */
SEC("sk_skb/stream_verdict")
int stream(struct __sk_buff *skb)
{
	__u64 number = 7;

	if (IN(peers_by, peer, SK_DROP, bpf_sk_redirect_map(skb, map, 0, 0)) == SK_PASS ||
	    IN(clients_at, client, SK_DROP, bpf_sk_redirect_hash(skb, map, &number, 0)) == SK_PASS)
		return SK_PASS;
	return bpf_sk_redirect_hash(skb, &plain_client, &number, 0) == SK_PASS ?
		       SK_PASS :
		       bpf_sk_redirect_map(skb, &plain_peer, 0, 0);
}

SEC("sk_msg")
int message(struct sk_msg_md *message)
{
	__u64 number = 7;

	if (IN(peers_at, peer, SK_DROP, bpf_msg_redirect_map(message, map, 0, BPF_F_INGRESS)) == SK_PASS)
		return SK_PASS;
	return IN(clients_by, client, SK_DROP, bpf_msg_redirect_hash(message, map, &number, BPF_F_INGRESS));
}

SEC("sockops")
int operations(struct bpf_sock_ops *operations)
{
	__u32 index = 3;
	__u64 number = 9;

	IN(peers_by, peer, 0, bpf_sock_map_update(operations, map, &index, BPF_ANY));
	IN(clients_at, client, 0, bpf_sock_hash_update(operations, map, &number, BPF_ANY));
	return 1;
}

SEC("sk_reuseport")
int select(struct sk_reuseport_md *packet)
{
	__u32 index = 0;
	__u64 number = 7;

	if (!IN(listeners_by, listener, -1, bpf_sk_select_reuseport(packet, map, &index, 0)) ||
	    !IN(peers_by, peer, -1, bpf_sk_select_reuseport(packet, map, &index, 0)) ||
	    !bpf_sk_select_reuseport(packet, &plain_client, &number, 0))
		return SK_PASS;
	return SK_DROP;
}

/* Reports by bits whether the current task is in the control groups that user space put into the maps. */
SEC("raw_tp")
int groups(void *ctx)
{
	(void)ctx;
	return (IN(groups_by, group, -1, bpf_current_task_under_cgroup(map, 0)) == 1) |
	       (bpf_current_task_under_cgroup(&plain_group, 0) == 1) << 1 |
	       (IN(groups_at, group, -1, bpf_current_task_under_cgroup(map, 7)) == 1) << 2;
}

SEC("tc")
int sender(struct __sk_buff *skb)
{
	return IN(groups_by, group, -1, bpf_skb_under_cgroup(skb, map, 0)) == 1;
}

/* Reports by bits whether devices are found where user space put them, and nowhere else. */
SEC("xdp")
int devices(struct xdp_md *ctx)
{
	__u32 index = 3, other = 4, number = 70000;
	const __u32 *device = IN(ports_by, port, NULL, bpf_map_lookup_elem(map, &index));
	const __u32 *hashed = IN(devices_at, device, NULL, bpf_map_lookup_elem(map, &number));
	const __u32 *plain = bpf_map_lookup_elem(&plain_port, &index);

	(void)ctx;
	return (device && *device == 1) | (hashed && *hashed == 1) << 1 | (plain && *plain == 1) << 2 |
	       (!IN(ports_by, port, NULL, bpf_map_lookup_elem(map, &other))) << 3;
}

/* Reports by bits in which maps an AF_XDP socket of queue 0 is found. */
SEC("xdp")
int queues(struct xdp_md *ctx)
{
	__u32 index = 3, other = 4, zero = 0;
	const struct bpf_xdp_sock *plain = bpf_map_lookup_elem(&plain_ring, &index);
	const struct bpf_xdp_sock *through = IN(rings_of_by, ring, NULL, bpf_map_lookup_elem(map, &zero));

	(void)ctx;
	return (plain && plain->queue_id == 0) | (through && through->queue_id == 0) << 1 |
	       (!bpf_map_lookup_elem(&plain_ring, &other)) << 2;
}

/*
 * Copies a socket from one map to others, and removes it from the first. Returns whether all worked. Since Linux 7.3, programs for packets may
 * not change such maps.
 */
SEC("sk_lookup")
int sockets(struct bpf_sk_lookup *lookup)
{
	__u32 zero = 0, five = 5;
	__u64 number = 70;
	struct bpf_sock *socket = IN(peers_by, peer, NULL, bpf_map_lookup_elem(map, &zero)), *other;
	int seen = 0;

	(void)lookup;
	if (!socket)
		return 0;
	if (!bpf_map_update_elem(&plain_peer, &five, socket, BPF_NOEXIST))
		seen |= 1;
	if (!IN(clients_by, client, -1, bpf_map_update_elem(map, &number, socket, BPF_ANY)))
		seen |= 2;
	bpf_sk_release(socket);
	other = bpf_map_lookup_elem(&plain_client, &number);
	if (other)
		bpf_sk_release(other);
	else
		seen |= 4;
	if (!IN(peers_by, peer, -1, bpf_map_delete_elem(map, &zero)))
		seen |= 8;
	return seen == 15;
}

/* There are no perf events, so writes and reads must fail. */
SEC("raw_tp")
int events(void *ctx)
{
	struct bpf_perf_event_value value;
	__u64 event = 1;

	return IN(counters_by, counter, 0, bpf_perf_event_output(ctx, map, BPF_F_CURRENT_CPU, &event, sizeof(event))) == -2 &&
	       bpf_perf_event_read_value(&plain_counter, BPF_F_CURRENT_CPU, &value, sizeof(value)) == -2;
}

char _license[] SEC("license") = "GPL";
