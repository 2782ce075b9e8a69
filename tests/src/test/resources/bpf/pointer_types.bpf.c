/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Stores pointers without casts. */
#include "pointer_types.bpf.h"

static struct request *const request = (void *)0xffff888100001000;
static struct sock *const socket = (void *)0xffff888100002000;
static char *const name = (void *)0x7f0000003000;

SEC("xdp")
int store(struct xdp_md *ctx)
{
	struct started started = {.name = name, .time = 5, .owner = request};

	(void)ctx;
	return disk_started_update(1, request, &started, BPF_ANY) || sockets_update(7, socket, BPF_ANY);
}

SEC("xdp")
int find(struct xdp_md *ctx)
{
	struct started *found = disk_started_lookup(1, request);
	struct sock **stored = sockets_lookup(7);

	(void)ctx;
	return found && stored && found->owner == request && *stored == socket;
}
