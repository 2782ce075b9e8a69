/* SPDX-License-Identifier: GPL-2.0 */
#include "packed_types.bpf.h"

char _license[] SEC("license") = "GPL";
