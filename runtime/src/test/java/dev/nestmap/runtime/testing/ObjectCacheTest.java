/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A script in place of a compiler: the object is what the source and the header say. */
class ObjectCacheTest {
    @TempDir
    Path directory;

    private int runs;

    @Test
    void compilesAgainWhatDiffers() throws IOException {
        Path source = write("a.c", "source");
        write("include/a.h", "header");

        assertThat(compile(source, "-O2")).isEqualTo("source header -O2");
        assertThat(compile(source, "-O2")).isEqualTo("source header -O2");
        assertThat(compile(write("other/a.c", "source"), "-O2")).isEqualTo("source header -O2");
        assertThat(runs).isEqualTo(1);

        assertThat(compile(source, "-O1")).isEqualTo("source header -O1");
        write("include/a.h", "changed");
        assertThat(compile(source, "-O2")).isEqualTo("source changed -O2");
        write("include/a.h", "header");
        write("a.c", "new");
        assertThat(compile(source, "-O2")).isEqualTo("new header -O2");
        write("compiler", "newer");
        assertThat(compile(source, "-O2")).isEqualTo("new header -O2");
        assertThat(runs).isEqualTo(5);
    }

    @Test
    void keepsNoObjectOfACompilerThatSaidSomething() throws IOException {
        Path source = write("a.c", "source");
        write("include/a.h", "header");

        compile(source, "warns");
        compile(source, "warns");

        assertThat(runs).isEqualTo(2);
    }

    @Test
    void anEqualSourceMayHaveOtherHeadersBesideIt() throws IOException {
        write("include/a.h", "header");
        write("one/own.h", "1");
        write("two/own.h", "2");

        compile(write("one/a.c", "source"), "-O2");
        compile(write("two/a.c", "source"), "-O2");

        assertThat(runs).isEqualTo(2);
    }

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        return Files.writeString(file, text);
    }

    private String compile(Path source, String option) throws IOException {
        Path compiler = directory.resolve("compiler");
        if (Files.notExists(compiler)) {
            write("compiler", "old");
        }
        Path object = directory.resolve("object.o");
        ObjectCache cache = new ObjectCache(directory.resolve("cache"));
        cache.compile(new ArrayList<>(List.of(compiler.toString(), option)), source, object, line -> {
            runs++;
            Path header = directory.resolve("include/a.h");
            Files.writeString(
                    Path.of(line.get(line.indexOf("-o") + 1)),
                    Files.readString(source) + " " + Files.readString(header) + " " + option);
            Files.writeString(Path.of(line.get(line.indexOf("-MF") + 1)), "a.o: " + source + " \\\n  " + header + "\n");
            return !option.equals("warns");
        });
        return Files.readString(object);
    }
}
