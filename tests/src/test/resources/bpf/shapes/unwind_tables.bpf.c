/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "unwind_tables.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

EXCHANGE("raw_tp")
{
	struct stack_delta *delta;

	delta = deltas8_delta8_lookup(~0ULL, 255);
	EXPECT(delta && delta->addr_low == 65535 && delta->unwind_info == 8);
	delta->unwind_info = 9;
	delta = deltas9_delta9_lookup(~0ULL, 511);
	EXPECT(delta && delta->addr_low == 65535 && delta->unwind_info == 9);
	delta->unwind_info = 10;
	delta = deltas16_delta16_lookup(~0ULL, 65535);
	EXPECT(delta && delta->addr_low == 65535 && delta->unwind_info == 16);
	delta->unwind_info = 17;
	delta = deltas23_delta23_lookup(1, 0);
	EXPECT(!delta);
	return 0;
}
