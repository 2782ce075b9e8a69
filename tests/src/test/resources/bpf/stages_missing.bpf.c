/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Has none of the programs that are to be in slots. */
#include "stages.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
