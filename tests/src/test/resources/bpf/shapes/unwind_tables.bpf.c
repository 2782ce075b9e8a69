/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "unwind_tables.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

EXCHANGE("raw_tp")
{
	struct stack_delta *delta;

	delta = exe_id_to_8_stack_deltas_delta_lookup(~0ULL, 255);
	EXPECT(delta && delta->addr_low == 65535 && delta->unwind_info == 8);
	delta->unwind_info = 9;
	delta = exe_id_to_9_stack_deltas_delta_lookup(~0ULL, 511);
	EXPECT(delta && delta->addr_low == 65535 && delta->unwind_info == 9);
	delta->unwind_info = 10;
	delta = exe_id_to_16_stack_deltas_delta_lookup(~0ULL, 65535);
	EXPECT(delta && delta->addr_low == 65535 && delta->unwind_info == 16);
	delta->unwind_info = 17;
	delta = exe_id_to_23_stack_deltas_delta_lookup(1, 0);
	EXPECT(!delta);
	return 0;
}
