/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Maps alone. */
#include "pinned_externals.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
