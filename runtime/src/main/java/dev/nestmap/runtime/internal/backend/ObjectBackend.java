/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.program.Program;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A loaded object: its maps and programs, owned together. */
public interface ObjectBackend {
    /** The object's maps by their C names; the object owns them. */
    Map<String, RawMap> maps();

    /** The object's programs in order. */
    List<Program> programs();

    /** The ids of the maps that a program of this object uses. */
    Set<Integer> mapIdsOf(Program program);

    /** Makes and finds maps beside those of the object. */
    MapFactory factory();

    /** The same for the inner maps of one of the object's maps of maps: those it makes have types, where there are any. */
    default MapFactory inners(String outer) {
        return factory();
    }

    /** Whether this is the heap and not the kernel. */
    boolean inMemory();

    /** Ends the links, then lets go of programs and maps. Nobody is in a call of one of the maps any more. */
    void close();
}
