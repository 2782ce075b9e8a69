/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import dev.nestmap.builder.BuildException;
import dev.nestmap.builder.ModuleLayout;
import dev.nestmap.builder.ModuleObjectCompiler;
import dev.nestmap.builder.ToolchainException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.model.Plugin;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** A goal that compiles BPF programs. */
@SuppressWarnings("NullAway.Init") // Maven sets the fields
abstract class AbstractCompileMojo extends AbstractModuleMojo {
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
     * The architectures that will load the objects, such as <code>x86,arm64</code>. A program that reads registers (<code>BPF_KPROBE</code>,
     * <code>PT_REGS_PARM1</code>) gets an object for each of them, and a load takes that of its machine. Other programs get one object for all. The
     * default is the machine that builds.
     */
    @Parameter(property = "nestmap.architectures")
    private @Nullable List<String> architectures;

    /**
     * Further options for clang, for example <code>-Werror</code>. They come after <code>-g -O2 -target bpf -Wall -ftrivial-auto-var-init=zero</code> and the
     * header directories. So they override the former, and a directory of <code>-I</code> is searched after the latter.
     */
    @Parameter(property = "nestmap.arguments")
    private @Nullable List<String> arguments;

    @Parameter(defaultValue = "${project.build.plugins}", readonly = true, required = true)
    private List<Plugin> plugins;

    /** Creates the goal. */
    AbstractCompileMojo(String skipped, String task) {
        super(skipped, task);
    }

    /** The class path of the programs' module. */
    abstract List<String> classPath();

    /** The class directories whose headers the programs can include without the package, besides their own. */
    abstract List<Path> testedClasses();

    /** Options for clang that are not the user's. */
    abstract List<String> headerArguments();

    @Override
    void run(ModuleLayout layout) throws BuildException, IOException, MojoExecutionException {
        ModuleObjectCompiler.Options options = new ModuleObjectCompiler.Options(
                clang,
                clangArguments(),
                dependencies(layout),
                testedClasses(),
                architectures == null ? List.of() : architectures);
        try {
            new ModuleObjectCompiler(layout, options, log()).run();
        } catch (ToolchainException e) {
            if (!skipWithoutClang) {
                throw new MojoExecutionException(e.failed("-Dnestmap.skipWithoutClang"), e);
            }
            log().warn(e.skipped(layout));
        }
    }

    /** Whether the POM binds a goal of this plugin to a phase. */
    final boolean isBound(String goal) {
        return plugins.stream()
                .filter(plugin -> plugin.getKey().equals("dev.nestmap:nestmap-maven-plugin"))
                .flatMap(plugin -> plugin.getExecutions().stream())
                .anyMatch(execution -> execution.getGoals().contains(goal) && !"none".equals(execution.getPhase()));
    }

    private List<String> clangArguments() {
        List<String> all = new ArrayList<>(headerArguments());
        if (cpu != null) {
            all.add("-mcpu=" + cpu);
        }
        if (arguments != null) {
            all.addAll(arguments);
        }
        return all;
    }

    /** The class path without the programs' own classes, which are its first element. */
    private List<Path> dependencies(ModuleLayout layout) {
        return classPath().stream()
                .map(element -> Path.of(element).toAbsolutePath().normalize())
                .filter(element -> !element.equals(layout.output()))
                .toList();
    }
}
