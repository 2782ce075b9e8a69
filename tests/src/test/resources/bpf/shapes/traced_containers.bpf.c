/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "traced_containers.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

EXCHANGE("tc")
{
	struct buffer_map *buffers = containers_lookup(~0ULL);
	__u64 event = 7;

	EXPECT(buffers);
	EXPECT(bpf_perf_event_output(ctx, buffers, 63, &event, sizeof(event)) == -2);
	EXPECT(!containers_lookup(1));
	return 0;
}
