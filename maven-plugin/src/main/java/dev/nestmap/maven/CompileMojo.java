/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the BPF programs of a module, <code>src/main/bpf/*.bpf.c</code>, with clang into
 * <code>META-INF/bpf/*.bpf.o</code> of its classes, so that they travel in its jar.
 *
 * <p>The headers that Nestmap's annotation processor generated, of this module and of its dependencies, can be included
 * by their names: <code>#include "tenant_flows.bpf.h"</code>. Each object is compared with the schema text that the
 * processor wrote beside the header; a difference fails the build. Objects are replaced only when all have passed.
 *
 * <p>Nothing is compiled when nothing has changed: sources, every header that was read, schema texts, options, and clang's
 * version.
 */
@Mojo(
        name = "compile",
        defaultPhase = LifecyclePhase.PROCESS_CLASSES,
        requiresDependencyResolution = ResolutionScope.COMPILE,
        threadSafe = true)
@SuppressWarnings("NullAway.Init") // Maven sets the fields
public final class CompileMojo extends AbstractMojo {
    /** Does nothing. */
    @Parameter(property = "nestmap.skip", defaultValue = "false")
    private boolean skip;

    /**
     * Where clang or a header that it needs from the system (libbpf's, the kernel's) is missing, warns and goes on without
     * compiling, instead of failing. For builds that have to work on machines that can't run BPF programs anyway.
     */
    @Parameter(property = "nestmap.skipWithoutClang", defaultValue = "false")
    private boolean skipWithoutClang;

    /** The directory of the programs. */
    @Parameter(property = "nestmap.sourceDirectory", defaultValue = "${project.basedir}/src/main/bpf")
    private File sourceDirectory;

    /**
     * The clang to compile with, 14 or newer: a path, or a command of <code>PATH</code>. If not given, the newest of
     * <code>clang</code> and <code>clang-NN</code> on <code>PATH</code>.
     */
    @Parameter(property = "nestmap.clang")
    private @Nullable String clang;

    /** The BPF instruction set, clang's <code>-mcpu</code>: v1, v2, v3, ... If not given, clang's own choice. */
    @Parameter(property = "nestmap.cpu")
    private @Nullable String cpu;

    /**
     * Options for clang besides <code>-g -O2 -target bpf -Wall</code> and the header directories, for example
     * <code>-Werror</code> or <code>-D__TARGET_ARCH_x86</code>. They come last, so that they win.
     */
    @Parameter(property = "nestmap.arguments")
    private @Nullable List<String> arguments;

    @Parameter(defaultValue = "${project.basedir}", readonly = true, required = true)
    private File baseDirectory;

    @Parameter(defaultValue = "${project.build.outputDirectory}", readonly = true, required = true)
    private File outputDirectory;

    @Parameter(defaultValue = "${project.build.directory}/nestmap", readonly = true, required = true)
    private File workDirectory;

    @Parameter(defaultValue = "${project.compileClasspathElements}", readonly = true, required = true)
    private List<String> classPath;

    /** For Maven. */
    public CompileMojo() {}

    @Override
    public void execute() throws MojoExecutionException, MojoFailureException {
        if (skip) {
            getLog().info("Skipped compiling BPF programs, because nestmap.skip is set");
            return;
        }
        ModuleLayout layout = ModuleLayout.of(baseDirectory, sourceDirectory, outputDirectory, workDirectory);
        ObjectBuild.Options options = new ObjectBuild.Options(clang, clangArguments(), dependencies(layout));
        try {
            new ObjectBuild(layout, options, getLog()).run();
        } catch (BuildException e) {
            throw new MojoFailureException(e.getMessage(), e);
        } catch (ToolchainException e) {
            withoutToolchain(layout, e);
        } catch (IOException e) {
            throw new MojoExecutionException("BPF programs of " + sourceDirectory + " can't be compiled: " + e, e);
        }
    }

    private void withoutToolchain(ModuleLayout layout, ToolchainException cause) throws MojoExecutionException {
        if (!skipWithoutClang) {
            throw new MojoExecutionException(cause.getMessage(), cause);
        }
        String message = "Skipped compiling the BPF programs of " + layout.sources() + ". " + cause.getMessage();
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

    /** The class path begins with this module's own classes, whose headers are not a dependency's. */
    private List<Path> dependencies(ModuleLayout layout) {
        return classPath.stream()
                .map(element -> ModuleLayout.path(new File(element)))
                .filter(element -> !element.equals(layout.output()))
                .toList();
    }
}
