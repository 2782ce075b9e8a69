/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Path;
import java.util.Objects;

/** A loaded program that counts its runs. */
record HitCounter(HitsBpf object) implements AutoCloseable {
    /** Loads a program of this section, which returns this value. */
    static HitCounter load(String section, int result) {
        return load(compile(section, result));
    }

    /** Loads a program of this section, which returns this value, compiled with one more option. */
    static HitCounter load(String section, int result, String option) {
        return load(BpfObjects.of("hits", section(section), result(result), option));
    }

    /** Loads a program of this section, which adds up its cookies instead of counting its runs. */
    static HitCounter addingCookies(String section) {
        return load(BpfObjects.of("hits", section(section), result(0), "-DADDS=bpf_get_attach_cookie(ctx)"));
    }

    private static HitCounter load(Path file) {
        return new HitCounter(HitsBpf.load(file));
    }

    /** Compiles a program of this section, which returns this value. */
    static Path compile(String section, int result) {
        return section.startsWith("usdt")
                ? BpfObjects.of("hits", section(section), result(result), "-DWITH_USDT", BpfObjects.ARCHITECTURE)
                : BpfObjects.of("hits", section(section), result(result));
    }

    private static String section(String section) {
        return "-DSECTION=\"" + section + "\"";
    }

    private static String result(int result) {
        return "-DRESULT=" + result;
    }

    UntypedProgram program() {
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
