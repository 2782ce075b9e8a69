/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "array_of_devmaps.bpf.h"

/* Redirects each packet to device 2 of the map that belongs to its receive queue. */
SEC("xdp")
int redirect(struct xdp_md *ctx)
{
	return example_array_device_redirect(ctx->rx_queue_index + 7, 2, XDP_PASS);
}

char _license[] SEC("license") = "GPL";
