/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.internal.map.RawMap;
import java.util.List;
import java.util.function.IntConsumer;

/** A program that the kernel has loaded. */
public interface LoadedProgram extends UntypedProgram {
    /** Casts a program. Throws if Nestmap has not loaded it. */
    static LoadedProgram of(Program program) {
        if (program instanceof LoadedProgram loaded) {
            return loaded;
        }
        throw new IllegalArgumentException(
                "program " + program.name() + " was not loaded by Nestmap: pass a program of" + " a LoadedObject");
    }

    /**
     * Attaches a program for maps of sockets to a map. The caller keeps the map open during the call.
     *
     * @throws IllegalArgumentException if the map is not one of sockets
     * @throws dev.nestmap.runtime.error.BpfException if the program does not attach to maps, or the kernel rejects it
     */
    Link attachTo(RawMap map);

    /**
     * The other programs of its object that use a map.
     *
     * @param map the kernel's id of the map
     */
    default List<UntypedProgram> othersWith(int map) {
        return List.of();
    }

    /**
     * Runs an action with the program's file descriptor, which stays open during the action.
     *
     * @throws dev.nestmap.runtime.error.BpfException if the program's object is closed
     */
    void withFd(String operation, IntConsumer action);
}
