/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.program.Link;
import dev.nestmap.runtime.program.Program;
import java.util.function.IntConsumer;

/** A program that the kernel has. */
public interface LoadedProgram extends Program {
    /** This program as one that the kernel has; throws when it is somebody else's implementation. */
    static LoadedProgram of(Program program) {
        if (program instanceof LoadedProgram loaded) {
            return loaded;
        }
        throw new IllegalArgumentException("program " + program.name() + " is none that Nestmap has loaded");
    }

    /**
     * Attaches it to a map of sockets, which stays open meanwhile.
     *
     * @throws dev.nestmap.runtime.error.BpfException when it is for other things, or the kernel refuses
     */
    Link attachTo(RawMap sockets);

    /**
     * Does something with the program's file descriptor, which stays open meanwhile.
     *
     * @throws dev.nestmap.runtime.error.BpfException when its object has been closed
     */
    void withFd(String operation, IntConsumer action);
}
