/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;

/** KubeArmor: rules of containers by their namespaces. The outer map is created and pinned before the object is loaded. */
@BpfObject
interface ContainerRules {
    record Rule(@Size(200) String path, @Size(200) String source) {}

    @InnerMap(maxEntries = 256)
    record Verdict(
            @Key Rule rule, @U16 int processMask, @U16 int fileMask) {}

    @OuterMap(inner = Verdict.class, maxEntries = 256, pin = "containers")
    record Containers(@U32 long pidNs, @U32 long mntNs) {}
}
