/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.testing;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import dev.nestmap.processor.NestmapProcessor;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;

/**
 * A folder that javac writes to, with Nestmap's processor. Later runs see what earlier runs wrote, and other tools can read
 * it. {@link Compiler} keeps its output only in memory, and only until the run ends.
 */
public final class OutputFolder {
    private final Path folder;
    private final List<Path> classPath = new ArrayList<>();
    private final List<Object> options = new ArrayList<>();

    /** A folder, which is created if it does not exist. Its files stay. */
    public OutputFolder(Path folder) {
        this.folder = folder;
    }

    /** Puts a folder before the class path of the tests. */
    public OutputFolder classPath(Path entry) {
        classPath.add(entry);
        return this;
    }

    /** Adds options of javac. */
    public OutputFolder options(Object... further) {
        options.addAll(List.of(further));
        return this;
    }

    public Compilation compile(JavaFileObject... sources) {
        return compile(List.of(sources));
    }

    public Compilation compile(List<JavaFileObject> sources) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String entries = Stream.concat(
                        classPath.stream().map(Path::toString), Stream.of(System.getProperty("java.class.path")))
                .collect(Collectors.joining(File.pathSeparator));
        List<Object> all = new ArrayList<>(List.of(Compilers.WARNINGS, "-d", folder, "-cp", entries));
        all.addAll(options);
        return Compiler.compiler(DiskCompiler.create())
                .withProcessors(new NestmapProcessor())
                .withOptions(all)
                .compile(sources);
    }

    /** The text of every file that is not a class, by its path: {@code META-INF/bpf/include/flows.bpf.h}. */
    public Map<String, String> files() {
        return Texts.allIn(folder);
    }
}
