/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "debugged_flows.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

_Static_assert(sizeof(struct flow_key) == 40 && sizeof(struct debug) == 32, "sizes of the untyped map");

EXCHANGE("socket")
{
	struct flow_key key = { .src = bpf_htonl(0xc0000201), .ports = 0x01020304, .proto = 6 };
	struct debug *debug = flow_debug_maps_debug_lookup(3, &key);

	EXPECT(debug && debug->l4_hop[0] == 0xff && debug->this_hop[15] == 0x80);
	debug->this_hop[1] = 0x7f;
	return 0;
}
