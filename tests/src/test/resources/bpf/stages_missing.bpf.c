/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Lacks the programs that the slots declare. */
#include "stages.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
