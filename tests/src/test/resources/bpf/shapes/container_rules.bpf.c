/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "container_rules.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

static struct rule rule = { .path = "/bin/sh", .source = "/bin/init" };

EXCHANGE("raw_tp")
{
	struct containers_key container = { 4026531836, 4026531840 };
	struct verdict *verdict = containers_verdict_lookup(&container, &rule);

	EXPECT(verdict && verdict->process_mask == 65535);
	verdict->file_mask = 32768;
	return 0;
}
