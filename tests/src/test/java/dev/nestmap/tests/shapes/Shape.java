/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.runtime.OpenObject;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Nested maps of a real program, rewritten as records.
 *
 * @param number the row in examples/shapes/README.md
 * @param origin the program that has maps of this shape
 * @param name the name of the object and its header
 * @param otherwise differences from the original; empty if there are none
 * @param sizes a condition in C that is true for the sizes of the original
 * @param open opens an object with these maps
 */
record Shape(
        int number, String origin, String name, String otherwise, String sizes, Function<Path, OpenObject<?, ?>> open) {
    @Override
    public String toString() {
        return number + " " + name;
    }
}
