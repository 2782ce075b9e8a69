/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.U32;

/** Programs that jump to each other through program arrays. */
@BpfObject("stages")
public interface Stages {
    enum Stage {
        PARSE,
        COUNT,
        DROP
    }

    /** A program array with an enum as its key. */
    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 3)
    record Step(@Key Stage stage) {}

    /** A program array that is empty at first. */
    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 4)
    record Plain(@Key @U32 long index) {}
}
