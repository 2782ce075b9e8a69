/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Only declares maps. */
#include "pinned_pairs.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
