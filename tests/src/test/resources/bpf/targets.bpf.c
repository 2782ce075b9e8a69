/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Uses maps that programs redirect packets to or record stacks in. */
#include "targets.bpf.h"

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
	want(port_redirect(ports, 3, XDP_DROP), 1);
	refuse(port_redirect(ports, 4, XDP_DROP), 2);
	want(ports_at_port_redirect(1, 3, XDP_DROP), 4);
	want(plain_port_redirect(3, XDP_DROP), 8);
	want(devices_by_device_redirect(1, 70000, XDP_DROP), 16);
	want(devices_at_device_redirect(1, 70000, XDP_DROP), 32);
	want(plain_device_redirect(70000, XDP_DROP), 64);
	want(workers_by_worker_redirect(1, 0, XDP_DROP), 128);
	want(workers_at_worker_redirect(1, 0, XDP_DROP), 256);
	want(plain_worker_redirect(0, XDP_DROP), 512);
	refuse(plain_ring_redirect(0, XDP_DROP), 1024);
	refuse(rings_of_by_ring_redirect(1, 0, XDP_DROP), 2048);
	return status;
}

/* Records the current stack three times. */
SEC("raw_tp")
int record(void *ctx)
{
	long one = plain_stack_record(ctx, 0);
	long other = stacks_by_stack_record(1, ctx, 0);
	long third = stacks_at_stack_record(1, ctx, 0);

	return one >= 0 && other >= 0 && third >= 0 ? 7 : 0;
}

/* Reports by bits which maps have a socket to redirect the packet to. */
SEC("xdp")
int rings(struct xdp_md *ctx)
{
	(void)ctx;
	return (plain_ring_redirect(3, XDP_DROP) == XDP_REDIRECT) |
	       (rings_of_by_ring_redirect(1, 0, XDP_DROP) == XDP_REDIRECT) << 1 |
	       (rings_of_at_ring_redirect(1, 7, XDP_DROP) == XDP_REDIRECT) << 2;
}

/* Redirects a message to the socket that user space put next to its sender. */
SEC("sk_skb/stream_verdict")
int stream(struct __sk_buff *skb)
{
	if (peers_by_peer_sk_redirect(1, skb, 0, 0) == SK_PASS ||
	    clients_at_client_sk_redirect(1, skb, 7, 0) == SK_PASS)
		return SK_PASS;
	return plain_client_sk_redirect(skb, 7, 0) == SK_PASS ? SK_PASS : plain_peer_sk_redirect(skb, 0, 0);
}

SEC("sk_msg")
int message(struct sk_msg_md *message)
{
	if (peers_at_peer_msg_redirect(1, message, 0, BPF_F_INGRESS) == SK_PASS)
		return SK_PASS;
	return clients_by_client_msg_redirect(1, message, 7, BPF_F_INGRESS);
}

SEC("sockops")
int operations(struct bpf_sock_ops *operations)
{
	(void)peers_by_peer_sock_update(1, operations, 3, BPF_ANY);
	(void)clients_at_client_sock_update(1, operations, 9, BPF_ANY);
	return 1;
}

SEC("sk_reuseport")
int select(struct sk_reuseport_md *packet)
{
	if (!listeners_by_listener_select_reuseport(1, packet, 0, 0) ||
	    !peers_by_peer_select_reuseport(1, packet, 0, 0) ||
	    !plain_client_select_reuseport(packet, 7, 0))
		return SK_PASS;
	return SK_DROP;
}

/* Reports by bits whether the current task is in the control groups that user space put into the maps. */
SEC("raw_tp")
int groups(void *ctx)
{
	(void)ctx;
	return (groups_by_group_current_task_under(1, 0) == 1) | (plain_group_current_task_under(0) == 1) << 1 |
	       (groups_at_group_current_task_under(1, 7) == 1) << 2 |
	       (groups_at_group_current_task_under(3, 7) == -2) << 3;
}

SEC("tc")
int sender(struct __sk_buff *skb)
{
	return groups_by_group_skb_under(1, skb, 0) == 1;
}

/* Reports by bits whether devices are found where user space put them, and nowhere else. */
SEC("xdp")
int devices(struct xdp_md *ctx)
{
	const __u32 *device = ports_by_port_lookup(1, 3), *hashed = devices_at_device_lookup(1, 70000);
	const __u32 *plain = plain_port_lookup(3);

	(void)ctx;
	return (device && *device == 1) | (hashed && *hashed == 1) << 1 | (plain && *plain == 1) << 2 |
	       (!ports_by_port_lookup(1, 4)) << 3 | (!ports_by_port_lookup(2, 3)) << 4;
}

/* Reports by bits in which maps an AF_XDP socket of queue 0 is found. */
SEC("xdp")
int queues(struct xdp_md *ctx)
{
	const struct bpf_xdp_sock *plain = plain_ring_lookup(3), *through = rings_of_by_ring_lookup(1, 0);

	(void)ctx;
	return (plain && plain->queue_id == 0) | (through && through->queue_id == 0) << 1 |
	       (!plain_ring_lookup(4)) << 2;
}

/*
 * Copies a socket from one map to others, and removes it from the first. Returns whether all worked. Since Linux 7.3, programs for packets may
 * not change such maps.
 */
SEC("sk_lookup")
int sockets(struct bpf_sk_lookup *lookup)
{
	struct bpf_sock *socket = peers_by_peer_lookup(1, 0), *other;
	int seen = 0;

	(void)lookup;
	if (!socket)
		return 0;
	if (!plain_peer_update(5, socket, BPF_NOEXIST))
		seen |= 1;
	if (!clients_by_client_update(1, 70, socket, BPF_ANY))
		seen |= 2;
	if (clients_by_client_update(2, 70, socket, BPF_ANY) == -2)
		seen |= 4;
	bpf_sk_release(socket);
	other = plain_client_lookup(70);
	if (other)
		bpf_sk_release(other);
	else
		seen |= 8;
	if (!peers_by_peer_delete(1, 0))
		seen |= 16;
	return seen == 31;
}

/* There are no perf events, so writes and reads must fail. */
SEC("raw_tp")
int events(void *ctx)
{
	struct bpf_perf_event_value value;
	__u64 event = 1;

	return counters_by_counter_perf_output(1, ctx, &event, sizeof(event), BPF_F_CURRENT_CPU) == -2 &&
	       plain_counter_perf_read(&value, BPF_F_CURRENT_CPU) == -2;
}

char _license[] SEC("license") = "GPL";
