/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.Anonymous;
import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U8;
import dev.nestmap.annotations.Union;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Untagged;
import java.net.Inet4Address;

/** Katran: backends of a virtual address that are down, with a compound outer key and flags on both levels. */
@BpfObject
interface DownBackends {
    @Union
    sealed interface Address {
        @Name("vip")
        record V4(Inet4Address address) implements Address {}

        @Name("vipv6")
        record V6(@Size(16) ByteString address) implements Address {}
    }

    @InnerMap(maxEntries = 4096, flags = MapFlag.NO_PREALLOC)
    record Down(@Key @U32 long backend, @U8 int down) {}

    @OuterMap(inner = Down.class, maxEntries = 512, flags = MapFlag.NO_PREALLOC)
    record Vip(
            @Anonymous Untagged<Address> address,
            @Be16 int port,
            @U8 int proto) {}
}
