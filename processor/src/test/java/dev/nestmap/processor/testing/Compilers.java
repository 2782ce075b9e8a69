/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.testing;

import com.google.testing.compile.Compiler;
import dev.nestmap.processor.NestmapProcessor;
import java.io.File;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Compilers with Nestmap's processor and every warning. */
public final class Compilers {
    static final String WARNINGS = "-Xlint:all,-processing";

    private Compilers() {}

    /** A compiler with the class path of the tests. */
    public static Compiler nestmap() {
        return withProcessor(Compiler.compiler(OpenFilesCompiler.INSTANCE));
    }

    /** A compiler with a folder of classes before the class path of the tests. */
    public static Compiler nestmap(Path classes) {
        Stream<File> tests = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(File::new);
        return withProcessor(Compiler.javac())
                .withClasspath(Stream.concat(Stream.of(classes.toFile()), tests).toList());
    }

    private static Compiler withProcessor(Compiler compiler) {
        return compiler.withProcessors(new NestmapProcessor()).withOptions(WARNINGS);
    }
}
