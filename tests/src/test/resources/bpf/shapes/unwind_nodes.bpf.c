/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#include "unwind_nodes.bpf.h"
#include "expect.h"
#include <bpf/bpf_endian.h>

_Static_assert(sizeof(struct page) == 4128 && sizeof(struct unwind) == 7, "as the profiler has it");

EXCHANGE("raw_tp")
{
	struct page *leaf = parts_page_lookup(15, 16383);
	struct page *node = parts_page_lookup(15, 0);

	EXPECT(leaf && node);
	EXPECT(leaf->kind == KIND_LEAF && leaf->content.leaf.length == 256 && leaf->content.leaf.pcs[255] == 4000000000);
	EXPECT(leaf->content.leaf.rules[255].cfa.rule == RULE_UNDEFINED);
	EXPECT(leaf->content.leaf.rules[255].cfa.offset == -2000000000 && leaf->content.leaf.rules[255].ra.offset == -8);
	leaf->content.leaf.rules[1].cfa.offset = -3;
	EXPECT(node->kind == KIND_NODE && node->end_address == ~0ULL && node->content.node[1023] == 7);
	node->content.node[1] = 0xffffffff;
	return 0;
}
