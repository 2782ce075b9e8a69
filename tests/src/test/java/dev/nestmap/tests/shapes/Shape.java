/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.program.Program;
import dev.nestmap.runtime.program.TestRunOptions;
import java.nio.file.Path;

/**
 * Nested maps of a real program, in records and C of our own.
 *
 * @param number its row in docs/shapes.md
 * @param origin whose maps are of this shape
 * @param name of the object, its header and its C file
 * @param otherwise what is not said in the way of the original; empty if all is
 * @param exchange loads the object and compares what each side reads with what the other wrote
 */
record Shape(int number, String origin, String name, String otherwise, Exchange exchange) {
    /** What a shape's test does with its object. */
    @FunctionalInterface
    interface Exchange {
        void with(Path object) throws Exception;
    }

    /** Runs the program of a shape. */
    static void run(LoadedObject bpf) {
        Program program = bpf.program("exchange");
        TestRunOptions input =
                program.section().equals("raw_tp") ? TestRunOptions.none() : TestRunOptions.packet(new byte[64]);
        assertThat(program.testRun(input).returnValue())
                .as("the line of the C file where something was not as expected")
                .isZero();
    }

    @Override
    public String toString() {
        return number + " " + name;
    }
}
