/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "file_systems.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

EXCHANGE("raw_tp")
{
	struct allowed_map *allowed = units_lookup(~0ULL);
	__u32 *mode;

	EXPECT(allowed);
	mode = allowed_lookup(allowed, 0);
	EXPECT(mode && *mode == 1);
	EXPECT(!allowed_update(allowed, 0xef53, 4000000000, BPF_NOEXIST));
	return 0;
}
