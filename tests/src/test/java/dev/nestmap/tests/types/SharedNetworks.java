/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.Key;
import dev.nestmap.types.Ipv6Prefix;

/** Uses the same types directly and through another header. */
@BpfObject("shared_networks")
interface SharedNetworks {
    @BpfMap(maxEntries = 4)
    record Zone(@Key Ipv6Prefix prefix, SharedNetwork network) {}

    @BpfMap(maxEntries = 4)
    record Area(@Key int id, SharedNetwork network) {}
}
