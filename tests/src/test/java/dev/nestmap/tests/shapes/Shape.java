/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.attach.UntypedProgram;
import java.nio.file.Path;

/**
 * Nested maps of a real program, rewritten as records and C.
 *
 * @param number the row in examples/shapes/README.md
 * @param origin the program that has maps of this shape
 * @param name the name of the object, its header and its C file
 * @param otherwise differences from the original; empty if there are none
 * @param exchange loads the object and compares what each side reads with what the other wrote
 */
record Shape(int number, String origin, String name, String otherwise, Exchange exchange) {
    /** Exchanges data between Java and the program of a shape. */
    @FunctionalInterface
    interface Exchange {
        void with(Path object) throws Exception;
    }

    /** Runs the program of a shape. */
    static void run(LoadedObject bpf) {
        run(bpf.program("exchange"));
    }

    /** Runs a program of a shape. */
    static void run(UntypedProgram program) {
        TestRun.Input input =
                program.section().equals("raw_tp") ? TestRun.Input.none() : TestRun.Input.packet(new byte[64]);
        assertThat(program.testRun(input).returnValue())
                .as("line of the failed check in the C file")
                .isZero();
    }

    @Override
    public String toString() {
        return number + " " + name;
    }
}
