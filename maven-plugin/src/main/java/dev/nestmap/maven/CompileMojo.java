/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the BPF programs of a module, <code>src/main/bpf/*.bpf.c</code>, with clang to <code>META-INF/bpf/*.bpf.o</code> in
 * its classes, so that the jar contains the objects.
 *
 * <p>Programs include the headers that Nestmap's annotation processor generated, for this module and for its dependencies, by
 * name: <code>#include "tenant_flows.bpf.h"</code>. Each object is compared with the schema text of the records. A difference
 * fails the build. The objects are replaced only if all of them pass.
 *
 * <p>The goal runs in the phase <code>compile</code>, after the Java compiler, which generates the headers.
 *
 * <p>The goal compiles a program only if something changed: the source, a header that it includes, a schema text, the options
 * or the version of clang.
 */
@Mojo(
        name = "compile",
        defaultPhase = LifecyclePhase.COMPILE, // after javac, see GoalOrder
        requiresDependencyResolution = ResolutionScope.COMPILE,
        threadSafe = true)
@SuppressWarnings("NullAway.Init") // Maven sets the fields
public final class CompileMojo extends RecordMojo {
    /**
     * Warns and succeeds without compiling, instead of failing, if clang or a system header (of libbpf or the kernel) is
     * missing. For builds on machines that can't run BPF programs.
     */
    @Parameter(property = "nestmap.skipWithoutClang", defaultValue = "false")
    private boolean skipWithoutClang;

    /**
     * The clang to compile with, version 14 or newer: a path, or a command on <code>PATH</code>. The default is the newest
     * <code>clang</code> or <code>clang-NN</code> on <code>PATH</code>.
     */
    @Parameter(property = "nestmap.clang")
    private @Nullable String clang;

    /** The BPF instruction set for clang's option <code>-mcpu</code>: v1, v2, v3, or v4 (clang 18). The default is clang's. */
    @Parameter(property = "nestmap.cpu")
    private @Nullable String cpu;

    /**
     * Further options for clang, for example <code>-Werror</code> or <code>-D__TARGET_ARCH_x86</code>. They come after <code>-g
     * -O2 -target bpf -Wall</code> and the header directories, so that they override those.
     */
    @Parameter(property = "nestmap.arguments")
    private @Nullable List<String> arguments;

    @Parameter(defaultValue = "${project.compileClasspathElements}", readonly = true, required = true)
    private List<String> classPath;

    @Parameter(defaultValue = "${project.compileSourceRoots}", readonly = true, required = true)
    private List<String> sourceRoots;

    /** Maven calls this constructor. */
    public CompileMojo() {
        super("compiling BPF programs", "compile the BPF programs");
    }

    @Override
    void run(ModuleLayout layout) throws BuildException, IOException, MojoExecutionException {
        requireOutputOfJavac(layout);
        ObjectBuild.Options options = new ObjectBuild.Options(clang, clangArguments(), dependencies(layout));
        try {
            new ObjectBuild(layout, options, getLog()).run();
        } catch (ToolchainException e) {
            withoutToolchain(layout, e);
        }
    }

    private void requireOutputOfJavac(ModuleLayout layout) throws BuildException, IOException {
        Optional<String> problem = GoalOrder.problem(plugins(), "compile", "compile");
        if (problem.isEmpty()
                && SourceFiles.names(layout.resources(), ".schema").isEmpty()) {
            problem = processorProblem("compile", sourceRoots);
        }
        if (problem.isPresent()) {
            throw new BuildException(problem.get());
        }
    }

    private void withoutToolchain(ModuleLayout layout, ToolchainException cause) throws MojoExecutionException {
        if (!skipWithoutClang) {
            throw new MojoExecutionException(cause.getMessage(), cause);
        }
        String message = "Skipped compiling the BPF programs in " + layout.sources() + ". " + cause.getMessage();
        message.lines().forEach(getLog()::warn);
    }

    private List<String> clangArguments() {
        List<String> all = new ArrayList<>();
        if (cpu != null) {
            all.add("-mcpu=" + cpu);
        }
        if (arguments != null) {
            all.addAll(arguments);
        }
        return all;
    }

    /** The class path without this module's own classes, which are its first element. */
    private List<Path> dependencies(ModuleLayout layout) {
        return classPath.stream()
                .map(element -> ModuleLayout.path(new File(element)))
                .filter(element -> !element.equals(layout.output()))
                .toList();
    }
}
