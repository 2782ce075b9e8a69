/* SPDX-License-Identifier: GPL-2.0-only */
/* The maps of the header and no program. */
#include "hashes.bpf.h"

char LICENSE[] SEC("license") = "GPL";
