/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A program with an extern that -DDECLARATION declares and -DUSE uses. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

DECLARATION

SEC("tc") int count(struct __sk_buff *ctx) {
	(void)ctx;
	return (int)(USE);
}

char LICENSE[] SEC("license") = "GPL";
