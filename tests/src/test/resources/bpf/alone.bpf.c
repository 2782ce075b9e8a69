/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The header and nothing else. */
#include "nests.bpf.h"
