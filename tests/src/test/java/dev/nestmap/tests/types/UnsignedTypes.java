/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.Be64;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U64;
import java.math.BigInteger;

/** Keys that are unsigned integers of 64 bits. */
@BpfObject("unsigned_types")
interface UnsignedTypes {
    record Pair(
            @U64 long first,
            @Be64 long second,
            @U64 BigInteger third,
            @Be64 BigInteger fourth) {}

    @InnerMap(maxEntries = 4)
    record Seen(@Key @U64 long cgroup, Pair pair) {}

    @OuterMap(inner = Seen.class, maxEntries = 4)
    record Policy(@U64 long id) {}
}
