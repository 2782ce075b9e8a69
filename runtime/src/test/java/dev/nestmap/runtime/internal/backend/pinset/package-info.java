/* SPDX-License-Identifier: Apache-2.0 */

/**
 * The protocol of pin sets, which {@link dev.nestmap.runtime.internal.backend.PinSets} and its neighbours follow, as code that is explored:
 * {@link dev.nestmap.runtime.internal.backend.pinset.Protocol} has the protocol, {@link dev.nestmap.runtime.internal.backend.pinset.Kernel} what
 * the kernel does, {@link dev.nestmap.runtime.internal.backend.pinset.Scenarios} who meets whom, and
 * {@link dev.nestmap.runtime.internal.backend.pinset.Exploration} tries everything. Read {@code docs/internals/decisions/pin-sets.md} first.
 */
@NullMarked
package dev.nestmap.runtime.internal.backend.pinset;

import org.jspecify.annotations.NullMarked;
