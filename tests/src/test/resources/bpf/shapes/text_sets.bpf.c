/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "text_sets.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

static __u8 scratch[4098];

EXCHANGE("raw_tp")
{
	__u8 *found;

	scratch[0] = 0xff;
	scratch[24] = 1;
	found = texts25_text25_lookup(7, scratch);
	EXPECT(found && *found == 1);
	*found = 25;
	scratch[24] = 0;
	scratch[48] = 1;
	found = texts49_text49_lookup(7, scratch);
	EXPECT(found && *found == 1);
	*found = 49;
	scratch[48] = 0;
	scratch[72] = 1;
	found = texts73_text73_lookup(7, scratch);
	EXPECT(found && *found == 1);
	*found = 73;
	scratch[72] = 0;
	scratch[96] = 1;
	found = texts97_text97_lookup(7, scratch);
	EXPECT(found && *found == 1);
	*found = 97;
	scratch[96] = 0;
	scratch[120] = 1;
	found = texts121_text121_lookup(7, scratch);
	EXPECT(found && *found == 1);
	*found = 121;
	scratch[120] = 0;
	scratch[144] = 1;
	found = texts145_text145_lookup(7, scratch);
	EXPECT(found && *found == 1);
	*found = 145;
	scratch[144] = 0;
	scratch[257] = 1;
	found = texts258_text258_lookup(7, scratch);
	EXPECT(found && *found == 1);
	*found = 7;
	scratch[257] = 0;
	scratch[513] = 1;
	found = texts514_text514_lookup(7, scratch);
	EXPECT(found && *found == 1);
	*found = 12;
	scratch[513] = 0;
	scratch[1025] = 1;
	found = texts1026_text1026_lookup(7, scratch);
	EXPECT(found && *found == 1);
	*found = 22;
	scratch[1025] = 0;
	scratch[2049] = 1;
	found = texts2050_text2050_lookup(7, scratch);
	EXPECT(found && *found == 1);
	*found = 42;
	scratch[2049] = 0;
	scratch[4097] = 1;
	found = texts4098_text4098_lookup(7, scratch);
	EXPECT(found && *found == 1);
	*found = 82;
	scratch[4097] = 0;
	return 0;
}
