/* SPDX-License-Identifier: GPL-2.0-only */
/* Maps without programs in two versions of their records. */
#ifdef LATER
#include "waits_later.bpf.h"
#else
#include "waits.bpf.h"
#endif

char LICENSE[] SEC("license") = "GPL";
