/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "versioned_rules.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

_Static_assert(sizeof(struct path_key) == 260 && sizeof(struct config) == 64 && sizeof(struct exact_key) == 8, "as there");

EXCHANGE("raw_tp")
{
	char comm[16] = "java";
	struct path_key path = { .type = 3, .path = "/etc/passwd" };
	struct comm answer = { .equal = 1, .matched = ~0ULL };
	struct exact_key exact = { .version = 65535, .event = 700 };
	struct prefixes_key prefixes = { .version = 65535, .event = 700 };
	struct ipv4_prefix host = { .prefixlen = 32, .addr = bpf_htonl(0x0a010203) };
	struct comm_map *comms = comms_lookup(1);
	struct config *config = configs_config_lookup(65535, 700);
	struct uid *uid = uids_uid_lookup(1, 4000000000);
	struct prefix *prefix = prefixes_prefix_lookup(&prefixes, &host);
	__u64 *bits = exact_bitmap_lookup(&exact, &path);

	EXPECT(comms && uid && uid->matched == 1ULL << 63);
	EXPECT(config && config->submit == 1 && config->fields.scopes.uid == 2 && config->fields.scopes.comm == 3);
	EXPECT(prefix && prefix->equal == 4);
	EXPECT(bits && bits[0] == 1 && bits[31] == ~0ULL);
	bits[30] = 5;
	config->fields.scopes.uts = 1ULL << 63;
	EXPECT(!comm_update(comms, comm, &answer, BPF_NOEXIST));
	return 0;
}
