/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** An entry of the map that the benchmark reads. */
@BpfMap(maxEntries = 4096)
public record Sample(
        @Key @U32 long id, @U64 long packets, @U64 long bytes) {}
