/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory;

import dev.nestmap.memory.heap.HeapObject;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.internal.load.LoadedState;
import dev.nestmap.schema.ProgramDef;

/**
 * Java code in place of a BPF program, for an object in memory. It lets a unit test run code that finds, attaches and test-runs programs:
 *
 * <pre>{@code
 * MemoryProgram.define(bpf, "count", (packet, context) -> {
 *     bpf.tenant().getOrCreate(packet[0]).put(...);
 *     return 2; // XDP_PASS
 * });
 * }</pre>
 *
 * <p>{@link UntypedProgram#testRun} calls it. Attaching it always succeeds, and pins nothing. No event runs it, and no verifier checks it.
 */
@FunctionalInterface
public interface MemoryProgram {
    /**
     * Runs the program. Exceptions reach the caller of {@link UntypedProgram#testRun}.
     *
     * @param packet the packet of the test run; empty if it has none. Changes of its bytes are in the result
     * @param context the context of the test run; empty if it has none. Changes of its bytes are in the result
     * @return the value that the program returns
     */
    int run(byte[] packet, byte[] context);

    /**
     * Defines a program of an object in memory, or replaces it. The object's {@link LoadedObject#program} and the methods that
     * {@code @BpfProgram} generates find it from then on.
     *
     * @param object an object that {@code inMemory()} of its generated class created
     * @param name name of the C function that the code stands for
     * @param program the code
     * @return the program
     * @throws IllegalArgumentException if the object is in the kernel
     */
    static UntypedProgram define(LoadedObject object, String name, MemoryProgram program) {
        LoadedState state = object.binding().state();
        if (state.backend() instanceof HeapObject heap) {
            String section =
                    state.schema().program(name).map(ProgramDef::sectionName).orElse("");
            return heap.define(name, section, program::run);
        }
        throw new IllegalArgumentException(
                "program " + name
                        + " can't be defined in Java, because the object is in the kernel: define it in an object that inMemory() created");
    }
}
