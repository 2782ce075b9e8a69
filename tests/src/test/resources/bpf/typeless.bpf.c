/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A program without maps, so libbpf needs no types of it. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int pass(struct xdp_md *context)
{
	(void)context;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
