/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import dev.nestmap.runtime.Program;
import java.util.function.IntConsumer;

/** A program that the kernel has. */
public interface LoadedProgram extends Program {
    /**
     * Does something with the program's file descriptor, which stays open meanwhile.
     *
     * @throws dev.nestmap.runtime.BpfException when its object has been closed
     */
    void withFd(String operation, IntConsumer action);
}
