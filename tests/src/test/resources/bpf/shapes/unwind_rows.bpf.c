/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "unwind_rows.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

_Static_assert(sizeof(struct row) == 8, "as the profiler has it");

EXCHANGE("raw_tp")
{
	struct row *row = executables_entry_lookup(~0ULL, 999);

	EXPECT(row && row->pc_low == 65535 && row->cfa_type == 200 && row->rbp_offset == -32768);
	row->cfa_offset = 65535;
	EXPECT(!executables_entry_lookup(~0ULL, 1000));
	return 0;
}
