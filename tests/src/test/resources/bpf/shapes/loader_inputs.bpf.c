/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "loader_inputs.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

EXCHANGE("xdp")
{
	int *value = outer_map_of_two_entry_lookup(1, 4000000000);

	EXPECT(value && *value == -1);
	*value = -2;
	EXPECT(!outer_map_of_two_lookup(0) && !outer_map_of_one_lookup(0));
	return 0;
}
