/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "consistent_hashes.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

EXCHANGE("xdp")
{
	struct table_map *tables = service_lookup(65535);
	__u32 *backends;

	EXPECT(tables);
	backends = bpf_map_lookup_elem(tables, &(__u32){ 0 });
	EXPECT(backends && backends[0] == 1 && backends[32748] == 4000000000);
	backends[32747] = 0xffffffff;
	return 0;
}
