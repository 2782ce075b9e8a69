/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Only includes the header. */
#include "nested_maps.bpf.h"
