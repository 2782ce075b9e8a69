/* SPDX-License-Identifier: GPL-2.0-only */
/* Maps without programs in three versions of their records. */
#ifdef LATER
#include "waits_later.bpf.h"
#elif defined(NESTED)
#include "waits_nested.bpf.h"
#else
#include "waits.bpf.h"
#endif

char LICENSE[] SEC("license") = "GPL";
