/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.runtime.program.Program;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Path;
import java.util.Objects;

/** A loaded program that counts its runs. */
record HitCounter(HitsBpf object) implements AutoCloseable {
    /** Loads a program of this section, which returns this value. */
    static HitCounter load(String section, int result) {
        return new HitCounter(HitsBpf.load(compile(section, result)));
    }

    /** Compiles a program of this section, which returns this value. */
    static Path compile(String section, int result) {
        return BpfObjects.of("hits", "-DSECTION=\"" + section + "\"", "-DRESULT=" + result);
    }

    Program program() {
        return object.program("count_hit");
    }

    /** How often the program has run. */
    long count() {
        return Objects.requireNonNull(object.hit().get(0), "an array has every index")
                .count();
    }

    @Override
    public void close() {
        object.close();
    }
}
