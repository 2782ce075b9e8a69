/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What programs do with maps that they send packets by or record stacks in. */
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

/* Says by bits which maps did not have an entry that they should have, or had one that they should not. */
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

/* Records the stack that it runs on, three times. */
SEC("raw_tp")
int record(void *ctx)
{
	long one = plain_stack_record(ctx, 0);
	long other = stacks_by_stack_record(1, ctx, 0);
	long third = stacks_at_stack_record(1, ctx, 0);

	return one >= 0 && other >= 0 && third >= 0 ? 7 : 0;
}

char _license[] SEC("license") = "GPL";
