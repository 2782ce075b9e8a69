/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "generic_maps.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

EXCHANGE("raw_tp")
{
	__u32 *value = array_of_maps_item_lookup(3, 9);

	EXPECT(value && *value == 4000000000);
	*value = 1;
	value = hash_of_maps_item_lookup(4000000000, 0);
	EXPECT(value && *value == 2);
	*value = 0xffffffff;
	return 0;
}
