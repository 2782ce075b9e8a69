/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory;

import dev.nestmap.memory.heap.HeapObject;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.internal.load.Bindings;
import dev.nestmap.runtime.internal.load.LoadedState;
import dev.nestmap.schema.ProgramDef;

/**
 * Java code in place of a BPF program, for an object in memory. Use it for unit tests of code that finds, attaches or test-runs programs:
 *
 * <pre>{@code
 * MemoryProgram.define(bpf, "count", (packet, context) -> {
 *     bpf.tenant().getOrCreate(packet[0]).put(...);
 *     return 2; // XDP_PASS
 * });
 * }</pre>
 *
 * <p>Only {@link UntypedProgram#testRun} runs the code. You can attach it to any hook, but no event runs it. Nothing is pinned, and no verifier
 * checks the code.
 */
@FunctionalInterface
public interface MemoryProgram {
    /**
     * Runs the program. Exceptions reach the caller of {@link UntypedProgram#testRun}.
     *
     * @param packet the packet of the test run; empty if there is none. The result contains changes of its bytes
     * @param context the context of the test run; empty if there is none. The result contains changes of its bytes
     * @return the value that the program returns
     */
    int run(byte[] packet, byte[] context);

    /**
     * Defines or replaces a program of an object in memory, for {@link LoadedObject#program} and the methods that {@code @BpfProgram}
     * generates.
     *
     * @param object an object that {@code inMemory()} of its generated class created
     * @param name name of the C function that the code replaces
     * @param program the code
     * @return the program
     * @throws IllegalArgumentException if the object is in the kernel
     */
    static UntypedProgram define(LoadedObject object, String name, MemoryProgram program) {
        LoadedState state = Bindings.ofObject(object);
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
