/* SPDX-License-Identifier: Apache-2.0 */

/**
 * The protocol of pin sets, which the runtime is going to use, as code that is explored: {@link dev.nestmap.tests.pinset.Protocol} has the
 * protocol, {@link dev.nestmap.tests.pinset.Kernel} what the kernel does, {@link dev.nestmap.tests.pinset.Scenarios} who meets whom, and
 * {@link dev.nestmap.tests.pinset.Exploration} tries everything. Read {@code docs/internals/decisions/pin-sets.md} first.
 */
@NullMarked
package dev.nestmap.tests.pinset;

import org.jspecify.annotations.NullMarked;
