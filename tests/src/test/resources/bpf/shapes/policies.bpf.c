/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "policies.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

EXCHANGE("raw_tp")
{
	struct policy_map *policies = of_cgroup_lookup(~0ULL);

	EXPECT(members_member_lookup(4000000000, ~0ULL));
	EXPECT(arguments_member_lookup(7, 1ULL << 63));
	EXPECT(policies && policy_lookup(policies, 0xffffffff));
	EXPECT(!policy_update(policies, 5, 200, BPF_NOEXIST));
	return 0;
}
