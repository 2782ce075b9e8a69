/* SPDX-License-Identifier: GPL-2.0 */
/* A ring buffer as others write it: its definition does not name the struct of its events. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct new_source {
	__be32 address;
	__u32 bytes;
	__u64 at;
};

const struct new_source *unused_new_source; /* so that clang writes the struct into BTF */

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("xdp")
int emit(struct xdp_md *ctx)
{
	struct new_source *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	(void)ctx;
	if (!event)
		return XDP_ABORTED;
	event->address = __builtin_bswap32(0x0a000001);
	event->bytes = 99;
	event->at = 7;
	bpf_ringbuf_submit(event, 0);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
