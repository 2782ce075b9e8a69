/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "clusters.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

EXCHANGE("socket")
{
	static char name[192] = "outbound|80||web";
	struct endpoints_map *of = bpf_map_lookup_elem(&cluster, name);
	__u32 *endpoints;

	EXPECT(of);
	endpoints = bpf_map_lookup_elem(of, &(__u32){ 0 });
	EXPECT(endpoints && endpoints[16380] == 4000000000);
	endpoints[0] = 7;
	return 0;
}
