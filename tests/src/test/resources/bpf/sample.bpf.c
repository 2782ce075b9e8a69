/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Only declares a map. */
#include "sample.bpf.h"
