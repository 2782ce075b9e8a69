/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.bill;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** The next version of {@link Bill}, which also counts large packets. */
@BpfObject(value = "bill_later", was = "bill")
public interface BillLater {
    /** What a customer has received from an address. */
    @InnerMap(maxEntries = 64)
    record Usage(
            @Key @U32 long sender,
            @U64 long large,
            @U64 long packets,
            @U64 long bytes) {}

    /** A customer. */
    @InnerMapsOnDemand
    @OuterMap(inner = Usage.class, maxEntries = Bill.MOST, pin = "customer")
    record Customer(@U32 long number) {}
}
