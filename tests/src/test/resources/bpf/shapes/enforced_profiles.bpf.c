/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "enforced_profiles.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

_Static_assert(sizeof(struct file_rule) == 140 && sizeof(struct net_rule) == 104, "as the enforcer has it");

EXCHANGE("raw_tp")
{
	struct file_rule *file = files_file_rule_lookup(4026531840, 63);
	struct net_rule *net = nets_net_rule_lookup(4026531840, 0);

	EXPECT(file && file->permissions == 0xffffffff && file->pattern.prefix[0] == '/' && file->pattern.suffix[63] == 0xff);
	file->pattern.flags = 4000000000;
	EXPECT(net && net->bits.protocols == ~0ULL && net->ports.address[15] == 1 && net->ports.ports[15] == 65535);
	net->ports.last = 60000;
	return 0;
}
