/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "prefix_sets.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

_Static_assert(sizeof(struct text256) == 260 && sizeof(struct text128) == 132, "as the tries have it");
_Static_assert(sizeof(struct ipv4_prefix) == 8 && sizeof(struct ipv6_prefix) == 20, "as the tries have it");

EXCHANGE("raw_tp")
{
	struct ipv4_prefix host4 = { .prefixlen = 32, .addr = bpf_htonl(0x0a010203) };
	struct ipv6_prefix host6 = { .prefixlen = 128, .addr.in6_u.u6_addr8 = { 0xfe, 0x80, [15] = 1 } };
	struct ipv4_prefix more4 = { .prefixlen = 9, .addr = bpf_htonl(0x0a000000) };
	struct text256 path = { .bits = 256 * 8, .text = "/usr/bin/env" };
	struct text128 name = { .bits = 128 * 8, .text = "vne" };
	struct address4_map *addresses;
	__u8 *found;

	found = addresses4_address4_lookup(7, &host4);
	EXPECT(found && *found == 4);
	found = addresses6_address6_lookup(7, &host6);
	EXPECT(found && *found == 6);
	found = prefixes_prefix_lookup(0, &path);
	EXPECT(found && *found == 255);
	*found = 254;
	found = postfixes_postfix_lookup(0, &name);
	EXPECT(found && *found == 1);
	addresses = addresses4_lookup(7);
	EXPECT(addresses && !address4_update(addresses, &more4, 9, BPF_NOEXIST));
	return 0;
}
