/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import dev.nestmap.processor.NestmapProcessor;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.annotation.processing.Processor;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A run of javac into a folder: with Nestmap's processor and every warning, unless said otherwise. */
public final class Javac {
    /** One for all runs of a thread: it keeps the jars of the class path and of the JDK open, which takes longer than most runs. */
    private static final ThreadLocal<StandardJavaFileManager> FILES = ThreadLocal.withInitial(
            () -> ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null));

    private final Path output;
    private final List<Processor> processors = new ArrayList<>(List.of(new NestmapProcessor()));
    private final List<String> options = new ArrayList<>(List.of("-Xlint:all,-processing"));
    private final List<Path> classPath = new ArrayList<>();

    private Javac(Path output) {
        this.output = output;
    }

    /** A compiler whose output goes to this folder; what is there already stays. */
    public static Javac into(Path output) {
        return new Javac(output);
    }

    /** With these processors instead. */
    public Javac with(Processor... others) {
        processors.clear();
        processors.addAll(List.of(others));
        return this;
    }

    public Javac options(String... further) {
        options.addAll(List.of(further));
        return this;
    }

    /** With what an earlier run left there before the tests' own class path. */
    public Javac classPath(Path folder) {
        classPath.add(folder);
        return this;
    }

    public Result compile(Source... sources) {
        return compile(List.of(sources));
    }

    public Result compile(List<? extends JavaFileObject> sources) {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        try {
            Files.createDirectories(output);
            List<String> arguments = new ArrayList<>(options);
            arguments.addAll(List.of("-d", output.toString(), "-cp", fullClassPath()));
            JavaCompiler.CompilationTask task =
                    javac.getTask(new StringWriter(), FILES.get(), diagnostics, arguments, null, sources);
            task.setProcessors(processors);
            boolean success = task.call();
            return new Result(success, diagnostics.getDiagnostics(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String fullClassPath() {
        List<String> entries = new ArrayList<>();
        classPath.forEach(entry -> entries.add(entry.toString()));
        entries.add(System.getProperty("java.class.path"));
        return String.join(File.pathSeparator, entries);
    }

    /**
     * What a run gave.
     *
     * @param success whether javac was content
     * @param diagnostics everything it said
     * @param output the folder with classes and generated files
     */
    public record Result(boolean success, List<Diagnostic<? extends JavaFileObject>> diagnostics, Path output) {
        /** The errors, Nestmap's and others, in order of their places. */
        List<Problem> errors() {
            return diagnostics.stream()
                    .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                    .map(Problem::of)
                    .sorted()
                    .toList();
        }

        /** Errors and warnings as one text. */
        public String complaints() {
            return String.join(
                    "\n",
                    diagnostics.stream()
                            .filter(diagnostic -> diagnostic.getKind() != Diagnostic.Kind.NOTE)
                            .map(Diagnostic::toString)
                            .toList());
        }

        /** The text of a generated file: {@code META-INF/bpf/include/flows.bpf.h}, {@code com/acme/FlowsBpf.java}. */
        String text(String path) {
            try {
                return Files.readString(output.resolve(path));
            } catch (IOException e) {
                throw new UncheckedIOException(path + " of " + files().keySet() + "\n" + complaints(), e);
            }
        }

        /** The text of every generated file, by its path; classes are left out. */
        Map<String, String> files() {
            Map<String, String> texts = new TreeMap<>();
            try (Stream<Path> paths = Files.walk(output)) {
                for (Path path : paths.filter(Files::isRegularFile).toList()) {
                    if (!path.toString().endsWith(".class")) {
                        texts.put(output.relativize(path).toString(), Files.readString(path));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return texts;
        }
    }
}
