/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import dev.nestmap.builder.BuildException;
import dev.nestmap.builder.ModuleLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Plugin;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Fails before the Java compiler starts if the module has records but the compiler is not configured to run Nestmap's annotation processor.
 * The message contains the cause and the lines to add to the POM. Without this goal, javac reports "cannot find symbol" for each use of a
 * generated class.
 */
@Mojo(name = "prepare", defaultPhase = LifecyclePhase.PROCESS_SOURCES, threadSafe = true)
@SuppressWarnings("NullAway.Init") // Maven sets the fields
public final class PrepareMojo extends AbstractModuleMojo {
    private static final String PACKAGE = "dev.nestmap.annotations";
    private static final Pattern ANNOTATION = Pattern.compile(
            "(?m)^\\s*@(dev\\.nestmap\\.annotations\\.)?(BpfObject|BpfType|BpfMap|InnerMap|OuterMap)\\b");

    @Parameter(defaultValue = "${project.compileSourceRoots}", readonly = true, required = true)
    private List<String> sourceRoots;

    @Parameter(defaultValue = "${project.testCompileSourceRoots}", readonly = true, required = true)
    private List<String> testSourceRoots;

    @Parameter(defaultValue = "${project.build.plugins}", readonly = true, required = true)
    private List<Plugin> plugins;

    @Parameter(defaultValue = "${project.dependencies}", readonly = true, required = true)
    private List<Dependency> dependencies;

    @Parameter(defaultValue = "${maven.compiler.proc}", readonly = true)
    private @Nullable String proc;

    @Parameter(defaultValue = "${plugin.version}", readonly = true, required = true)
    private String version;

    /** Maven calls this constructor. */
    public PrepareMojo() {
        super("checking the configuration of the Java compiler", "check the configuration of the Java compiler");
    }

    @Override
    void run(ModuleLayout layout) throws BuildException, IOException {
        check("compile", sourceRoots);
        check("testCompile", testSourceRoots);
    }

    private void check(String goal, List<String> sources) throws BuildException, IOException {
        Optional<String> cause = new ProcessorCheck(plugins, dependencies, proc, version).problem(goal);
        Optional<Path> records = cause.isEmpty() ? Optional.empty() : firstRecords(sources);
        if (records.isPresent()) {
            throw new BuildException("Nestmap's annotation processor must generate classes and headers for "
                    + records.get() + ". " + cause.orElseThrow());
        }
    }

    /** The first file in the source directories, in order, that declares maps or types for BPF programs. */
    static Optional<Path> firstRecords(List<String> sourceRoots) throws IOException {
        for (String root : sourceRoots) {
            Path directory = Path.of(root);
            if (!Files.isDirectory(directory)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.filter(file -> file.toString().endsWith(".java"))
                        .sorted()
                        .toList()) {
                    if (declaresMaps(file)) {
                        return Optional.of(file);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static boolean declaresMaps(Path file) throws IOException {
        // Not readString, which rejects other encodings than UTF-8.
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        return text.contains(PACKAGE) && ANNOTATION.matcher(text).find();
    }
}
